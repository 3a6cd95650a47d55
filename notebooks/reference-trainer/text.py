#!/usr/bin/env python3
"""
Folders of text from installed Debian packages: three corpora for the measured loop (notebooks/measured-loop.md).

    python3 text.py OUT

writes OUT/{manuals,books,german}/{train,eval}/NNNN.txt and OUT/text.json, which says what is in them. The packages are
those that CORPORA names; one that is not installed is asked for. Pages of one corpus are put into a seeded order; every
paragraph is kept once over all corpora; every thirtieth page is held out; paragraphs held out that share more than a
tenth of their runs of eight words with any text to train on are dropped. Equal packages give equal bytes.
"""
import gzip
import hashlib
import html.parser
import json
import random
import re
import subprocess
import sys
from pathlib import Path

SEED = 1
HELD_OUT_EVERY = 30
SHINGLE_WORDS = 8
SHARED_AT_MOST = 0.1
SHORT_PARAGRAPH = 40
SHORT_PAGE = 500

# Corpus -> (packages, pattern of their files).
CORPORA = {
    'german': (['manpages-de'], r'/man/de/man\d/.*\.gz$'),
    'manuals': (
        ['manpages', 'manpages-dev', 'git-man', 'perl-doc', 'linux-doc-6.1', 'coreutils', 'systemd', 'bash', 'dpkg', 'apt',
         'openssh-client', 'gnupg', 'gpg', 'util-linux', 'libdpkg-perl', 'dpkg-dev', 'mount', 'procps', 'curl', 'openssl'],
        r'/man/man\d/.*\.gz$|/linux-doc-6\.1/Documentation/.*\.(rst|txt)(\.gz)?$',
    ),
    'books': (
        ['python3.11-doc', 'postgresql-doc-15', 'debian-handbook', 'debian-reference-en', 'developers-reference',
         'debian-policy'],
        r'^(?!.*debian-handbook/html/(?!en-US)).*\.html(\.gz)?$',
    ),
}


def files_of(packages, pattern):
    """Files that the packages brought, by package and name; a package that is not installed is named."""
    found = set()
    for package in packages:
        listing = subprocess.run(['dpkg', '-L', package], capture_output=True, text=True)
        if listing.returncode != 0:
            sys.exit(f'{package} is not installed: apt-get install {package}')
        found.update(path for path in listing.stdout.splitlines() if re.search(pattern, path))
    return sorted(path for path in found if Path(path).is_file() and not Path(path).is_symlink())


ESCAPES = {r'\-': '-', r'\e': '\\', r'\(aq': "'", r'\(cq': "'", r'\(oq': "'", r'\(lq': '"', r'\(rq': '"', r'\(dq': '"',
           r'\(bu': '*', r'\(em': '-', r'\(en': '-', r'\(co': '(C)', r'\ ': ' ', r'\~': ' ', r'\(ga': '`', r'\(ha': '^',
           r'\(ti': '~', r'\(rs': '\\', r'\(mi': '-', r'\(pl': '+', r'\(->': '->', r'\*(lq': '"', r'\*(rq': '"'}


def from_roff(text):
    """What a manual page says, without its markup; translators' notes at the end are left out."""
    lines = []
    for line in text.split('\n'):
        if line.startswith(('.\\"', "'\\\"", '.TH', '.de', '.ds', '.if', '.ie', '.el', '.nr', '.tr', '.rm', '..', "'br")):
            continue
        macro = re.match(r"[.'][ \t]*([A-Za-z]+)[ \t]*(.*)", line)
        if macro:
            name, rest = macro.groups()
            if re.search(r'ÜBERSETZUNG|TRANSLATION', rest):
                break
            if name in ('SH', 'SS', 'Sh', 'Ss', 'TP', 'PP', 'P', 'LP', 'IP', 'HP', 'Pp'):
                lines.append('')
            joined = name in ('BR', 'IR', 'RB', 'RI', 'BI', 'IB')
            line = re.sub(r'"([^"]*)"|([^\s"]+)\s*', lambda m: m[1] or m[2] or '', rest) if joined else rest.replace('"', '')
            if name in ('ft', 'nf', 'fi', 'sp', 'br', 'in', 'ti', 'ad', 'ne', 'hy', 'RS', 'RE', 'TP', 'IX', 'rr', 'ta', 'PD'):
                continue
        lines.append(line)
    text = '\n'.join(lines)
    text = re.sub(r'\\f(\(..|\[[^]]*\]|.)|\\s[-+]?\d|\\[&,/|^%:c]|\\\*\([A-Z^]\S|\\[zvhm]\'[^\']*\'|\\$', '', text, flags=re.M)
    return re.sub(r'\\\*?\(..|\\[-e ~]|\\\(->', lambda m: ESCAPES.get(m[0], ''), text)


class TextOfPage(html.parser.HTMLParser):
    """Text of a page, a blank line at each block; no scripts, no navigation."""
    HIDDEN = {'script', 'style', 'nav', 'head', 'footer'}
    BLOCKS = {'p', 'div', 'li', 'dt', 'dd', 'h1', 'h2', 'h3', 'h4', 'h5', 'tr', 'table', 'section', 'pre', 'ul', 'dl'}

    def __init__(self):
        super().__init__()
        self.parts, self.hidden, self.pre = [], 0, 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in self.HIDDEN
        self.pre += tag == 'pre'
        if tag in self.BLOCKS:
            self.parts.append('\n\n')

    def handle_endtag(self, tag):
        self.hidden -= tag in self.HIDDEN and self.hidden > 0
        self.pre -= tag == 'pre' and self.pre > 0
        if tag in self.BLOCKS:
            self.parts.append('\n\n')

    def handle_data(self, data):
        if not self.hidden:
            self.parts.append(data if self.pre else re.sub(r'\s+', ' ', data))


def text_of(path):
    data = Path(path).read_bytes()
    text = (gzip.decompress(data) if path.endswith('.gz') else data).decode('utf-8', errors='replace')
    if '.html' in path:
        page = TextOfPage()
        page.feed(text)
        return ''.join(page.parts)
    return from_roff(text) if '/man/' in path else text


def paragraphs_of(text):
    """Paragraphs with spaces cleaned; lines stay."""
    cleaned = (re.sub(r'[ \t]+', ' ', part).strip() for part in re.split(r'\n\s*\n', text.replace('\r', '')))
    return [part for part in cleaned if part]


def shingles(text):
    words = text.lower().split()
    for i in range(max(len(words) - SHINGLE_WORDS + 1, 1)):
        yield hashlib.blake2b(' '.join(words[i : i + SHINGLE_WORDS]).encode(), digest_size=8).digest()


def main(out):
    seen, pages, about = set(), {}, {}
    for corpus, (packages, pattern) in CORPORA.items():
        files = files_of(packages, pattern)
        random.Random(SEED).shuffle(files)
        pages[corpus] = {'train': [], 'eval': []}
        for number, path in enumerate(files):
            kept = []
            for paragraph in paragraphs_of(text_of(path)):
                key = hashlib.blake2b(re.sub(r'\W+', '', paragraph.lower()).encode(), digest_size=8).digest()
                if len(paragraph) < SHORT_PARAGRAPH or key not in seen:
                    kept.append(paragraph)
                seen.add(key)
            page = '\n\n'.join(kept)
            if len(page) >= SHORT_PAGE:
                pages[corpus]['eval' if number % HELD_OUT_EVERY == 0 else 'train'].append(page)
        about[corpus] = {'packages': [version_of(package) for package in packages], 'files': len(files)}

    trained = {key for corpus in pages.values() for page in corpus['train'] for key in shingles(page)}
    for corpus in pages.values():
        corpus['eval'] = [page for page in (apart_from(trained, page) for page in corpus['eval']) if len(page) >= SHORT_PAGE]

    for corpus, parts in pages.items():
        for part, texts in parts.items():
            folder = out / corpus / part
            folder.mkdir(parents=True)
            for number, text in enumerate(texts):
                (folder / f'{number:05}.txt').write_text(text + '\n', encoding='utf-8')
            about[corpus][part] = {'pages': len(texts), 'bytes': sum(len(text.encode()) for text in texts)}
    (out / 'text.json').write_text(json.dumps(about, indent=2) + '\n')
    print(json.dumps(about, indent=2))


def apart_from(trained, page):
    def shared(paragraph):
        keys = list(shingles(paragraph))
        return sum(key in trained for key in keys) / len(keys)

    return '\n\n'.join(part for part in page.split('\n\n') if shared(part) <= SHARED_AT_MOST)


def version_of(package):
    command = ['dpkg-query', '-W', '-f', '${Package} ${Version}', package]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if Path(sys.argv[1]).exists():
        sys.exit(f'{sys.argv[1]} is there already: give a folder that is not')
    main(Path(sys.argv[1]))

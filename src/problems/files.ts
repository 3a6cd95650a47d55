/** Trouble with files and documents: reading, writing, and what is in them. */
import { nearest } from './nearest.ts';
import { declareProblem } from './problem.ts';

export const fileMissing = declareProblem<{ path: string }>({
  code: 'file-missing',
  severity: 'error',
  title: 'a file that is not there',
  message: ({ path }) => `There is no file "${path}".`,
  hint: () => 'Check the spelling, and the folder that the command runs in; - reads standard input.',
  explanation:
    'A file named on the command line, or inside another document, does not exist at that path. Relative paths start at the current folder, paths inside a document at the folder of the document.',
});

export const fileUnreadable = declareProblem<{ path: string; reason: string }>({
  code: 'file-unreadable',
  severity: 'error',
  title: 'a file that cannot be read',
  message: ({ path, reason }) => `"${path}" cannot be read: ${reason}.`,
  explanation:
    'The path exists, but the operating system does not let mixplan read a file there: it may be a folder, or belong to somebody else.',
});

export const fileExists = declareProblem<{ path: string }>({
  code: 'file-exists',
  severity: 'error',
  title: 'a file would be replaced',
  message: ({ path }) => `"${path}" exists already and was left as it is.`,
  hint: () => 'Add --force to replace it, or choose another name.',
  explanation:
    'mixplan replaces a file only when told to. Nothing was written: where a command writes several files, either all of them are written or none.',
});

export const fileUnwritable = declareProblem<{ path: string; reason: string }>({
  code: 'file-unwritable',
  severity: 'error',
  title: 'a file that cannot be written',
  message: ({ path, reason }) => `"${path}" cannot be written: ${reason}.`,
  explanation:
    'Files are written beside their final place first and renamed when they are whole, so the folder has to exist, be writable and have room. Nothing was written, and nothing was left behind.',
});

export const fileTwice = declareProblem<{ path: string }>({
  code: 'file-twice',
  severity: 'error',
  title: 'two results for one file',
  message: ({ path }) => `"${path}" was named for two different results: expected one path for each.`,
  explanation:
    'Two options of a command name the same output file, and one result would overwrite the other.',
});

export const jsonSyntax = declareProblem<{ found: string; expected: string; column: number }>({
  code: 'json-syntax',
  severity: 'error',
  title: 'text that is not JSON',
  message: ({ found, expected, column }) =>
    `This is not JSON: found ${found} at column ${column}, expected ${expected}.`,
  hint: () => 'If the file was edited or merged by hand, restore it or write it again.',
  explanation:
    'Documents of mixplan are JSON (RFC 8259): double quotes, no comments, no comma after the last item, no NaN. The place given is the first character that cannot belong to such a text.',
});

export const notADocument = declareProblem<{ expected: string }>({
  code: 'not-a-document',
  severity: 'error',
  title: 'JSON that is no document of mixplan',
  message: ({ expected }) =>
    `This JSON has no "schema" field that names a mixplan document: expected "${expected}".`,
  explanation:
    'Every document that mixplan writes is a JSON object with a field such as "schema": "mixplan.fit/1". Without it the file is something else, perhaps a runs table, which goes to `mixplan fit`.',
});

export const otherDocument = declareProblem<{ found: string; expected: string; kinds: readonly string[] }>({
  code: 'document-of-other-kind',
  severity: 'error',
  title: 'a document of another kind',
  message: ({ found, expected }) => `This is a "${found}" document: expected "${expected}".`,
  hint: ({ found, kinds }) => {
    const guess = kinds.includes(found) ? undefined : nearest(found, kinds);
    return guess === undefined ? undefined : `Did you mean ${guess}?`;
  },
  explanation:
    'The file is a document of mixplan, but not of the kind that this command reads; a plan, for example, where a fit is needed. `mixplan COMMAND --help` says which kind goes where.',
});

export const otherVersion = declareProblem<{ kind: string; found: string; expected: number }>({
  code: 'document-of-other-version',
  severity: 'error',
  title: 'a document of another version',
  message: ({ kind, found, expected }) =>
    `This ${kind} has version ${found} of its format, and this program reads version ${expected}.`,
  hint: () => 'Write it again with this version of mixplan, or read it with the version that wrote it.',
  explanation:
    'The number after the slash in the "schema" field counts changes that older or newer programs cannot read. A fit holds the observations it was made from, so it can be made again.',
});

export const documentInvalid = declareProblem<{ issue: string }>({
  code: 'document-invalid',
  severity: 'error',
  title: 'a document that breaks its schema',
  message: ({ issue }) => `This value does not fit the schema of the document: ${issue}.`,
  explanation:
    'The document names its kind and version, but a field in it is missing, superfluous or of the wrong type. `mixplan schema NAME` prints the JSON Schema. Documents written by mixplan and left unedited never break it.',
});

export const documentInconsistent = declareProblem<{ found: string; expected: string }>({
  code: 'document-inconsistent',
  severity: 'error',
  title: 'a document that contradicts itself',
  message: ({ found, expected }) => `The document contradicts itself: found ${found}, expected ${expected}.`,
  hint: () => 'Make it again from the runs; what mixplan writes is not meant to be edited.',
  explanation:
    'Every field of the document is well formed, but it does not go with the others: an index that points at nothing, lists of unequal length, parameters of another law. Documents that are edited or merged by hand end like this, and an answer from one would be wrong without anybody noticing.',
});

export const outputIsInput = declareProblem<{ path: string }>({
  code: 'output-is-input',
  severity: 'error',
  title: 'the result would replace what it was made from',
  message: ({ path }) => `"${path}" is read by this command and would be replaced by its result.`,
  hint: () => 'Choose another name for the result.',
  explanation:
    'A result that takes the place of its own runs or fit can never be made again, so this is refused even with --force.',
});

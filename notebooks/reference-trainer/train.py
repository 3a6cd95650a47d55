#!/usr/bin/env python3
"""
Trains one run of a plan (plan.json) or of a list of pilots (pilots.json), and writes its losses as a runs table.

    train.py pilots.json --run r050 --base base/model.pt --corpus general=DIR --corpus domain=DIR \\
        --eval general=DIR --eval domain=DIR --out runs/r050

OUT/runs.jsonl grows by a line at each evaluation, OUT/checkpoint.pt is where a killed run goes on with the same losses,
OUT/model.pt is the trained model. README.md says more.
"""
import argparse
import json
import math
import os
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from data import Bytes, Corpus, Mixer, TokenizerFile, Trouble, read_folder, windows
from model import Model, Shape
from plan import learning_rate, phase_at, read_run, settle

BETAS, WEIGHT_DECAY, GRADIENT_NORM = (0.9, 0.95), 0.1, 1.0
EVAL_SEQUENCES_AT_ONCE = 64


def parse(arguments):
    def pair(text):
        name, _, folder = text.partition('=')
        if not name or not folder:
            raise argparse.ArgumentTypeError(f'{text}: expected NAME=FOLDER')
        return name, folder

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('plan', help='plan.json or pilots.json')
    add('--run', help='name of the run; needed where there are several')
    add('--corpus', action='append', type=pair, default=[], metavar='NAME=FOLDER', help='text to train on, one a corpus')
    add('--eval', action='append', type=pair, default=[], metavar='NAME=FOLDER', help='text to evaluate on, one a set')
    add('--out', type=Path, required=True, help='folder of the run; a killed run goes on from what it holds')
    add('--base', help='model.pt of the base model; without it, training starts from random weights')
    for size in ('--layers', '--width', '--heads'):
        add(size, type=int, help='of a model from random weights')
    add('--tokenizer', help='tokenizer.json; without it a token is a byte')
    add('--end-token', default='<|endoftext|>', help='what ends a document under --tokenizer')
    add('--eval-windows', type=int, default=256, help='sequences of each evaluation set')
    add('--micro-batch', type=int, help='sequences at once on the device, where a whole batch does not fit')
    add('--device', help='cuda, cuda:1, cpu; chosen where not given')
    add('--save-every', type=int, default=1, help='evaluations between two checkpoints')
    told = parser.add_argument_group('what the plan may leave open').add_argument
    told('--batch-tokens', type=int)
    told('--sequence-length', type=int)
    told('--seed', type=int, help='1 where neither says')
    told('--schedule', choices=['constant', 'cosine', 'linear', 'wsd'])
    told('--lr', type=float, help='peak learning rate')
    told('--warmup-tokens', type=int)
    told('--decay-tokens', type=int, help='of the last decay of wsd')
    told('--final-lr-share', type=float, help='learning rate at the end as a share of the peak')
    return parser.parse_args(arguments)


def shape_of(run, options, base, length, tokenizer):
    """Shape of the model, once what it continues is what the run asks for."""
    if base is None:
        if run['base'] is not None:
            raise Trouble(f"run {run['name']} continues {run['base']}: give its model.pt with --base")
        if None in (options.layers, options.width, options.heads):
            raise Trouble('a model from random weights needs --layers, --width and --heads')
        if options.width % options.heads:
            raise Trouble(f'a width of {options.width} is no whole number of widths of {options.heads} heads')
        return Shape(options.layers, options.width, options.heads, length, tokenizer.vocabulary)
    if run['base'] not in (None, base['name']):
        raise Trouble(f"run {run['name']} continues {run['base']}: {options.base} is {base['name']}")
    shape = Shape(**base['shape'])
    if base['tokenizer'] != tokenizer.name:
        raise Trouble(f"{options.base} knows tokens of {base['tokenizer']}, this run has {tokenizer.name}")
    if length > shape.context:
        raise Trouble(f'{options.base} knows sequences of up to {shape.context} tokens, this run has {length}')
    return shape


def check_names(flag, given, planned, others_too):
    given, planned = [name for name, _ in given], [each['name'] for each in planned]
    if len(set(given)) < len(given) or set(planned) - set(given) or (set(given) - set(planned) and not others_too):
        raise Trouble(f'the run has {", ".join(planned)}; {flag} names {", ".join(given) or "none"}')


class Trainer:
    """One run: its model, its streams of text and how far it is."""

    def __init__(self, run, options):
        self.options = options
        self.device = options.device or ('cuda' if torch.cuda.is_available() else 'cpu')
        tokenizer = TokenizerFile(options.tokenizer, options.end_token) if options.tokenizer else Bytes()
        base = torch.load(options.base, map_location='cpu', weights_only=True) if options.base else None
        check_names('--corpus', options.corpus, run['corpora'], others_too=False)
        check_names('--eval', options.eval, run['evals'], others_too=True)
        setting = settle(run, options)
        self.length, self.batch = setting['sequenceLength'], setting['batchTokens']
        self.total = setting['steps'] * self.batch
        shape = shape_of(run, options, base, self.length, tokenizer)
        # All that decides the losses, but for the text: a checkpoint of other settings is not gone on with.
        self.setting = {**setting, 'base': base and base['name'], 'shape': asdict(shape), 'tokenizer': tokenizer.name,
                        'evals': [name for name, _ in options.eval], 'evalWindows': options.eval_windows}

        self.corpora = {name: Corpus(name, read_folder(folder, tokenizer), self.length, setting['seed'])
                        for name, folder in options.corpus}
        self.evals = {name: torch.from_numpy(windows(name, read_folder(folder, tokenizer), self.length, options.eval_windows))
                      for name, folder in options.eval}
        for corpus in run['corpora']:
            found, available = len(self.corpora[corpus['name']].tokens), corpus['available']
            if available is not None and abs(found / available - 1) > 0.01:
                say(f"note: corpus {corpus['name']} has {found} tokens, the plan counts on {available:.0f}")

        torch.manual_seed(setting['seed'])
        self.model = Model(shape).to(self.device)
        params, planned = self.model.params(), run['model']['params']
        if abs(params / planned - 1) > 0.02:
            raise Trouble(f'the model has {params} parameters without embeddings, the run is for {planned:.0f}')
        if base is not None:
            self.model.load_state_dict(base['model'])
        self.optimiser = torch.optim.AdamW(
            [{'params': [each for each in self.model.parameters() if each.dim() >= 2], 'weight_decay': WEIGHT_DECAY},
             {'params': [each for each in self.model.parameters() if each.dim() < 2], 'weight_decay': 0.0}],
            lr=0.0, betas=BETAS)
        self.mixer, self.step, self.evaluations, self.losses = Mixer(self.corpora), 0, 0, []
        self.log, self.checkpoint = options.out / 'runs.jsonl', options.out / 'checkpoint.pt'

    def train(self):
        self.options.out.mkdir(parents=True, exist_ok=True)
        if self.checkpoint.exists():
            self.resume()
        else:
            self.log.unlink(missing_ok=True)
            self.report()
            self.save()
        every = self.setting['evalEveryTokens']
        while self.step < self.setting['steps']:
            self.one_step()
            done, last = self.step * self.batch, self.step == self.setting['steps']
            if last or done // every > (done - self.batch) // every:
                self.report()
                self.evaluations += 1
                if last or self.evaluations % self.options.save_every == 0:
                    self.save()
        replace(self.options.out / 'model.pt', {
            'name': self.setting['run'], 'shape': self.setting['shape'], 'tokenizer': self.setting['tokenizer'],
            'model': self.model.state_dict()})

    def one_step(self):
        """One update of the weights by one batch, each sequence from the corpus whose turn it is."""
        before = self.step * self.batch
        drawn = [self.mixer.next(phase_at(self.setting['phases'], before + at)[2]) for at in range(0, self.batch, self.length)]
        rows = np.stack([self.corpora[name].sequence(number) for name, number in drawn])
        tokens = torch.from_numpy(rows.astype(np.int64)).to(self.device)
        self.step += 1
        for group in self.optimiser.param_groups:
            group['lr'] = self.rate()
        self.optimiser.zero_grad(set_to_none=True)
        for part in tokens.split(self.options.micro_batch or len(tokens)):
            with self.precision():
                loss = self.model(part[:, :-1], part[:, 1:]) * (len(part) / len(tokens))
            loss.backward()
            self.losses.append(loss.detach())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), GRADIENT_NORM)
        self.optimiser.step()

    def rate(self):
        return learning_rate(self.setting['schedule'], self.step * self.batch, self.total)

    def precision(self):
        return torch.autocast('cuda', torch.bfloat16) if self.device.startswith('cuda') else nullcontext()

    @torch.no_grad()
    def evaluate(self, rows):
        """Mean loss over sequences, in nats a token."""
        with self.precision():
            parts = [float(self.model(part[:, :-1], part[:, 1:])) * len(part)
                     for part in rows.to(self.device).split(EVAL_SEQUENCES_AT_ONCE)]
        return sum(parts) / len(rows)

    def report(self):
        """Evaluates every set and adds a row to the runs table, on disk before training goes on."""
        setting, tokens = self.setting, self.step * self.batch
        loss = {f'loss_{name}': round(self.evaluate(rows), 6) for name, rows in self.evals.items()}
        drawn = {name: count * self.length for name, count in self.mixer.drawn.items()}
        row = {
            'run': setting['run'],
            **({'base': setting['base']} if setting['base'] else {}),
            'params': self.model.params(),
            'params_total': self.model.params_total(),
            'tokens': tokens,
            'domain_ratio': phase_at(setting['phases'], max(tokens - 1, 0))[1],
            **loss,
            'step': self.step,
            'seed': setting['seed'],
            'lr': float(f'{self.rate():.6g}'),
            'schedule': setting['schedule']['kind'],
            'warmup_tokens': setting['schedule']['warmupTokens'],
            'batch_tokens': self.batch,
            'sequence_length': self.length,
            'method': 'full',
            'tokenizer': setting['tokenizer'],
        }
        if self.losses:
            # Parts of one batch are weighted already: their sum over the steps is that of whole batches.
            steps = len(self.losses) / math.ceil(self.batch / self.length / (self.options.micro_batch or self.batch))
            row['metric_loss_train'] = round(float(torch.stack(self.losses).sum()) / steps, 6)
            row.update({f'metric_share_{name}': round(count / tokens, 8) for name, count in drawn.items()})
            row.update({f'metric_epochs_{name}': round(count / len(self.corpora[name].tokens), 6)
                        for name, count in drawn.items()})
        self.losses = []
        if not all(math.isfinite(value) for value in loss.values()):
            raise Trouble(f'run {setting["run"]} has no finite loss after {tokens} tokens: '
                          'a lower learning rate or a longer warm-up may help')
        with open(self.log, 'a', encoding='utf-8') as file:
            file.write(json.dumps(row) + '\n')
            file.flush()
            os.fsync(file.fileno())
        told = ' '.join(f'{name[5:]} {value:.4f}' for name, value in loss.items())
        say(f"{setting['run']} {tokens}/{self.total} tokens {told}")

    def save(self):
        replace(self.checkpoint, {
            'setting': self.setting, 'model': self.model.state_dict(), 'optimiser': self.optimiser.state_dict(),
            'step': self.step, 'evaluations': self.evaluations, 'mixer': vars(self.mixer), 'logBytes': self.log.stat().st_size})

    def resume(self):
        """Back to the last checkpoint; rows written after it are taken back, for they will be written again."""
        # Only files of other people need care, and PyTorch 1.13 refuses the optimiser's plain numbers otherwise.
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=False)
        other = [name for name in self.setting if state['setting'].get(name) != self.setting[name]]
        if other:
            raise Trouble(f'{self.options.out} holds a run with other settings ({", ".join(other)}): give another --out')
        self.model.load_state_dict(state['model'])
        self.optimiser.load_state_dict(state['optimiser'])
        vars(self.mixer).update(state['mixer'])
        self.step, self.evaluations = state['step'], state['evaluations']
        os.truncate(self.log, state['logBytes'])
        say(f"{self.setting['run']} goes on after {self.step * self.batch} of {self.total} tokens")


def replace(path, content):
    """Writes a file whole or not at all."""
    beside = path.with_suffix('.part')
    with open(beside, 'wb') as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def say(text):
    print(text, file=sys.stderr, flush=True)


def main(arguments=None):
    options = parse(arguments)
    Trainer(read_run(options.plan, options.run), options).train()


if __name__ == '__main__':
    try:
        main()
    except Trouble as trouble:
        sys.exit(f'error: {trouble}')
    except KeyboardInterrupt:
        sys.exit('stopped; the same command goes on from the last checkpoint')

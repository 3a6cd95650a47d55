import { describe, expect, it } from 'vitest';
import { trainerCannot } from '../../src/problems/trainers.ts';
import type { EmitRequest } from '../../src/trainers/adapter.ts';
import { torchtitan } from '../../src/trainers/torchtitan.ts';
import { refusal } from '../runs/tables.ts';
import { itCarriesOutAnyRun } from './agreement.ts';
import { requestOf } from './randomRequests.ts';

itCarriesOutAnyRun(torchtitan);
itCarriesOutAnyRun(torchtitan, undefined, (request) => ({ ...request, version: 'v0.2.2' }));

const named = (request: EmitRequest, name: string): EmitRequest => ({
  ...request,
  run: { ...request.run, name },
});

describe('torchtitan with recipes', () => {
  it('packs each corpus before it mixes them', () => {
    const [{ text }] = torchtitan.emit(requestOf({ meanTokens: null })).files;
    expect(text).toContain('WeightedDataset(dataset=packed(DATA[name]), weight=share)');
    expect(text).toContain('from torchtitan.models.llama3.config_registry import llama3_8b as shipped');
  });

  it('keeps the recipes of several pilots apart in one checkout', () => {
    const paths = ['r-0', 'r-1'].map((name) => torchtitan.emit(named(requestOf(), name)).files[0].path);
    expect(paths).toEqual(['mixplan_r_0/config_registry.py', 'mixplan_r_1/config_registry.py']);
  });

  it('decays over all that follows the warm-up, over the last steps, or not at all', () => {
    const decay = (kind: 'cosine' | 'wsd' | 'constant'): string | undefined =>
      /^DECAY_RATIO = (\S+)/m.exec(
        torchtitan.emit(requestOf({ kind, steps: 1000, decay: 100 })).files[0].text,
      )?.[1];
    expect([decay('cosine'), decay('wsd'), decay('constant')]).toEqual(['None', '0.1', '0']);
  });

  it('would not take a weight of 0', () => {
    const request = requestOf();
    const files = torchtitan
      .emit(request)
      .files.map(({ path, text }) => ({ path, text: text.replace('"domain": 0.3', '"domain": 0') }));
    expect(refusal(() => torchtitan.readBack(files, request))[0]?.message).toContain('have to be positive');
  });
});

it('torchtitan is known by a number or as main', () => {
  const first = (version: string) => torchtitan.emit(requestOf({ version })).files[0].path;
  expect(['main', 'v0.3', '0.2.2', 'v0.1'].map(first)).toEqual([
    'mixplan_plan/config_registry.py',
    'mixplan_plan/config_registry.py',
    'mix.py',
    'mix.py',
  ]);
  expect(refusal(() => first('newest')).map(({ code }) => code)).toEqual([trainerCannot.code]);
});

describe('torchtitan with TOML', () => {
  const request = requestOf({ version: 'v0.2.2' });
  const { files, notes } = torchtitan.emit(request);

  it('takes what a script has mixed', () => {
    expect(files.map(({ path }) => path)).toEqual(['mix.py', 'train.toml']);
    expect(files[1].text).toContain('dataset_path = "mixed"');
    expect(notes[0]?.message).toContain('takes one data set');
  });

  it.each([
    ['steps = 1001', 'steps = many', 'no value that is understood'],
    ['steps = 1001', 'steps = "1001"', 'training.steps is no number'],
    ['[optimizer]', 'optimizer', 'is no TOML'],
  ])('would not take %s as %s', (from, to, why) => {
    const changed = files.map(({ path, text }) => ({ path, text: text.replace(`\n${from}`, `\n${to}`) }));
    expect(refusal(() => torchtitan.readBack(changed, request))[0]?.message).toContain(why);
  });
});

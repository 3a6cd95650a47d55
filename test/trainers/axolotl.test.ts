import { describe, expect, it } from 'vitest';
import { axolotl } from '../../src/trainers/axolotl.ts';
import { at } from '../../src/trainers/reading.ts';
import { parseYaml } from '../../src/trainers/yaml.ts';
import { refusal } from '../runs/tables.ts';
import { itCarriesOutAnyRun } from './agreement.ts';
import { requestOf } from './randomRequests.ts';

itCarriesOutAnyRun(axolotl);

describe('axolotl', () => {
  const request = requestOf({ meanTokens: null });
  const { files, notes } = axolotl.emit(request);

  it('trains on one file, which a script writes with 1% more tokens than the run takes', () => {
    const config = parseYaml(files.find(({ path }) => path === 'train.yaml')!.text, 'train.yaml');
    expect(at(config, 'pretraining_dataset')).toEqual([
      expect.objectContaining({ path: 'json', data_files: ['mixed/train.jsonl'] }),
    ]);
    const domain = Math.round(0.3 * 1.01 * request.run.tokens)
      .toLocaleString('en-US')
      .replaceAll(',', '_');
    expect(files.find(({ path }) => path === 'mix.py')!.text).toContain(`"domain": ${domain},`);
  });

  it('says that it cannot weight, and what to run first', () => {
    expect(notes[0]?.message).toContain('cannot weight data sets');
    expect(notes[0]?.hint).toContain('python mix.py');
  });

  it.each([
    ['mixed/train.jsonl', 'other.jsonl', 'does not train on mixed/train.jsonl'],
    ['val_set_size: 0', 'val_set_size: 0.1', 'goes without val_set_size'],
  ])('would not take %s as %s', (from, to, why) => {
    const changed = files.map(({ path, text }) => ({ path, text: text.replace(from, to) }));
    expect(refusal(() => axolotl.readBack(changed, request))[0]?.message).toContain(why);
  });
});

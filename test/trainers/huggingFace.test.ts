import { describe, expect, it } from 'vitest';
import { huggingFace } from '../../src/trainers/huggingFace.ts';
import { refusal } from '../runs/tables.ts';
import { itCarriesOutAnyRun } from './agreement.ts';
import { type Asked, requestOf } from './randomRequests.ts';

itCarriesOutAnyRun(huggingFace);

const script = (asked: Asked = {}): string => huggingFace.emit(requestOf(asked)).files[0].text;

describe('the script for the Hugging Face Trainer', () => {
  it('mixes rows of tokens, so that shares are those of the plan and no mean length is asked for', () => {
    expect(script({ meanTokens: null })).toContain('SHARES = {\n    "general": 0.7,\n    "domain": 0.3,\n}');
  });

  it('goes on with the general text where the domain starts over', () => {
    expect(script()).toContain('STOPPING = "all_exhausted"');
    expect(script({ available: { general: 1e12, domain: 1e12 } })).toContain('STOPPING = "first_exhausted"');
  });

  it('uses no argument that only one major version knows', () => {
    expect(script()).not.toMatch(
      /warmup_ratio|evaluation_strategy|logging_dir|overwrite_output_dir|torch_dtype/,
    );
    expect(script()).toContain('eval_strategy="steps"');
    expect(script()).toMatch(/^WARMUP_STEPS = 10$/m);
  });

  it('is refused where its shares do not sum to 1', () => {
    const request = requestOf();
    const files = [{ path: 'train.py', text: script().replace('"general": 0.7', '"general": 0.71') }];
    expect(refusal(() => huggingFace.readBack(files, request)).map(({ code }) => code)).toEqual([
      'trainer-would-refuse',
    ]);
  });
});

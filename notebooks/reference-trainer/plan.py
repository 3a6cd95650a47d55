"""Training runs as mixplan writes them (plan.json, pilots.json), and what they leave open."""
import json
import math

from data import Trouble

SCHEMAS = ('mixplan.plan/1', 'mixplan.pilots/1')


def read_run(path, name):
    """The run of that name in a plan or a list of pilots; the only one where no name is given."""
    try:
        with open(path, encoding='utf-8') as file:
            document = json.load(file)
    except (OSError, ValueError) as trouble:
        raise Trouble(f'{path} cannot be read: {trouble}') from None
    schema = document.get('schema') if isinstance(document, dict) else None
    if schema not in SCHEMAS:
        raise Trouble(f'{path} has schema {schema!r}: expected {" or ".join(SCHEMAS)}')
    runs = {run['name']: run for run in document['runs']}
    if name is None and len(runs) == 1:
        return next(iter(runs.values()))
    if name not in runs:
        asked = 'holds several runs' if name is None else f'has no run {name!r}'
        raise Trouble(f'{path} {asked}: --run is one of {", ".join(runs)}')
    return runs[name]


def settle(run, options):
    """Numbers that decide the run: the plan's, or the person's where the plan leaves one open; the two must not differ."""

    def settled(what, planned, flag, otherwise=None):
        given = getattr(options, flag[2:].replace('-', '_'))
        if planned is not None and given is not None and planned != given:
            raise Trouble(f'the plan says {what} {planned}, {flag} says {given}: leave {flag} out, or change the plan')
        for value in (planned, given, otherwise):
            if value is not None:
                return value
        raise Trouble(f'the plan does not tell {what}: give {flag}')

    length = settled('sequenceLength', run['sequenceLength'], '--sequence-length')
    batch = settled('batchTokens', run['batchTokens'], '--batch-tokens')
    if batch % length:
        raise Trouble(f'a batch of {batch} tokens is no whole number of sequences of {length} tokens')
    told = run['schedule']
    kind = settled('schedule', None if told['kind'] == 'unknown' else told['kind'], '--schedule')
    schedule = {
        'kind': kind,
        'peakLr': settled('peakLr', told['peakLr'], '--lr'),
        'warmupTokens': settled('warmupTokens', told['warmupTokens'], '--warmup-tokens'),
    }
    if kind != 'constant':
        schedule['finalLrShare'] = settled('finalLrShare', told['finalLrShare'], '--final-lr-share')
    if kind == 'wsd':
        schedule['decayTokens'] = settled('decayTokens', told['decayTokens'], '--decay-tokens')
    return {
        'run': run['name'],
        'sequenceLength': length,
        'batchTokens': batch,
        'steps': run['steps'] or max(round(run['tokens'] / batch), 1),
        'evalEveryTokens': run['evalEveryTokens'],
        'seed': settled('seed', run['seed'], '--seed', otherwise=1),
        'schedule': schedule,
        'phases': [(phase['fromTokens'], phase['domainRatio'], shares(run, phase)) for phase in run['phases']],
    }


def shares(run, phase):
    """Share of each corpus in a phase: its domain ratio, within each role split as the whole run splits it."""

    def share(corpus):
        role = [each['share'] for each in run['corpora'] if each['role'] == corpus['role']]
        part = corpus['share'] / sum(role) if sum(role) > 0 else 1 / len(role)
        return part * (phase['domainRatio'] if corpus['role'] == 'domain' else 1 - phase['domainRatio'])

    return {corpus['name']: share(corpus) for corpus in run['corpora']}


def phase_at(phases, token):
    """(first token, domain ratio, share of each corpus) of the phase that holds a token."""
    return next(phase for phase in reversed(phases) if phase[0] <= token)


def learning_rate(schedule, token, total):
    """Learning rate of the step that ends at `token` of `total`."""
    peak, warmup, kind = schedule['peakLr'], schedule['warmupTokens'], schedule['kind']
    if token < warmup:
        return peak * token / warmup
    if kind == 'constant':
        return peak
    last = schedule['finalLrShare']
    start = max(total - schedule['decayTokens'], warmup) if kind == 'wsd' else warmup
    done = min(max((token - start) / (total - start), 0), 1) if total > start else 1
    left = (1 + math.cos(math.pi * done)) / 2 if kind == 'cosine' else 1 - done
    return peak * (last + (1 - last) * left)

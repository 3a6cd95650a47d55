/** Completion scripts for shells. Each defines functions only, so that sourcing one prints nothing and changes no other setting. */
import { shellQuote } from '../options/commandLine.ts';
import type { CompletedCommand, CompletedFlag, Completes } from './completion.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The program, and its other name, which is one of its commands. */
const PROGRAM = 'mixplan';
const BARE = 'plan';

export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  return { bash, zsh, fish }[shell](commands);
}

/** How to install each, for help and for the head of the script. */
export const installation: Readonly<Record<Shell, string>> = {
  bash: 'source <(mixplan completion bash)    # in ~/.bashrc',
  zsh: `mixplan completion zsh > "\${fpath[1]}/_mixplan"    # then start a new shell`,
  fish: 'mixplan completion fish > ~/.config/fish/completions/mixplan.fish',
};

const programFlags = ['--help', '-h', '--version', '-V'];

/** Flags by what they complete, each once: values do not depend on the command. */
function valueFlags(commands: readonly CompletedCommand[]): readonly CompletedFlag[] {
  const seen = new Map<string, CompletedFlag>();
  for (const { flags } of commands)
    for (const flag of flags) if (flag.value !== undefined) seen.set(flag.flags[0], flag);
  return [...seen.values()];
}

function bash(commands: readonly CompletedCommand[]): string {
  const complete = (what: Completes, isList = false): string => {
    if (what.kind === 'files') return '_mixplan_files';
    if (what.kind === 'anything') return ':';
    return `${isList ? '_mixplan_list' : '_mixplan_words'} ${shellQuote(what.words.join(' '))}`;
  };
  const values = valueFlags(commands).map(
    ({ flags, value, isList }) => `    ${flags.join('|')}) ${complete(value!, isList)}; return ;;`,
  );
  const branches = commands.map(
    ({ name, flags, operands }) =>
      `    ${name})\n      flags=${shellQuote(flags.flatMap((flag) => flag.flags).join(' '))}\n` +
      `      [[ $cur == -* ]] || ${complete(operands)} ;;`,
  );
  return `# ${installation.bash}
_mixplan_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_mixplan_list() {
  local before=
  [[ $cur == *,* ]] && before=\${cur%,*},
  COMPREPLY=($(compgen -P "$before" -W "$1" -- "\${cur##*,}"))
}
_mixplan_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}
_mixplan() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= flags= i
  COMPREPLY=()
  # Bash makes three words of --gpu=h100.
  if [[ $cur == = ]]; then cur=
  elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $prev in
${values.join('\n')}
  esac
  if [[ \${COMP_WORDS[0]##*/} == ${BARE} ]]; then command=${BARE}
  else
    for ((i = 1; i < COMP_CWORD; i++)); do
      if [[ \${COMP_WORDS[i]} != -* ]]; then command=\${COMP_WORDS[i]}; break; fi
    done
  fi
  case $command in
    '')
      flags=${shellQuote(programFlags.join(' '))}
      [[ $cur == -* ]] || _mixplan_words ${shellQuote(commands.map(({ name }) => name).join(' '))} ;;
${branches.join('\n')}
  esac
  [[ $cur == -* ]] && _mixplan_words "$flags"
  return 0
}
complete -F _mixplan ${PROGRAM} ${BARE}
`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  // In a specification of _arguments, brackets end the description and colons separate the parts.
  const escaped = (text: string): string => text.replace(/[\\[\]:]/g, '\\$&');
  const action = (what: Completes, isList = false): string => {
    if (what.kind === 'files') return '_files';
    if (what.kind === 'anything') return ' ';
    const words = what.words.join(' ');
    return isList ? `_sequence compadd - ${words}` : `(${words})`;
  };
  const argument = ({ flags, help, value, placeholder = '', isList }: CompletedFlag): string[] =>
    flags.map((flag) => {
      const tail = value === undefined ? '' : `:${escaped(placeholder)}:${action(value, isList)}`;
      const form = value === undefined ? flag : flag.startsWith('--') ? `${flag}=` : `${flag}+`;
      return shellQuote(`*${form}[${escaped(help)}]${tail}`);
    });
  const branches = commands.map(({ name, flags, operands }) => {
    const specs = [...flags.flatMap(argument), shellQuote(`*:operand:${action(operands)}`)];
    return `    ${name})\n      _arguments ${specs.join(' \\\n        ')} ;;`;
  });
  const described = commands.map(({ name, summary }) => `    ${shellQuote(`${name}:${escaped(summary)}`)}`);
  return `#compdef ${PROGRAM} ${BARE}
# ${installation.zsh}
_mixplan() {
  local command i
  local -a commands=(
${described.join('\n')}
  )
  if [[ \${words[1]:t} == ${BARE} ]]; then command=${BARE}
  else
    for ((i = 2; i < CURRENT; i++)); do
      if [[ \${words[i]} != -* ]]; then
        command=\${words[i]}
        words=("\${(@)words[i,-1]}")
        ((CURRENT -= i - 1))
        break
      fi
    done
  fi
  case $command in
    '')
      if [[ \${words[CURRENT]} == -* ]]; then compadd -- ${programFlags.join(' ')}
      else _describe command commands
      fi ;;
${branches.join('\n')}
  esac
}
if [[ \${funcstack[1]} == _mixplan ]]; then _mixplan "$@"
else compdef _mixplan ${PROGRAM} ${BARE}
fi
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const values = (what: Completes): string => {
    if (what.kind === 'files') return '-r -F';
    return what.kind === 'anything' ? '-x' : `-x -a ${quote(what.words.join(' '))}`;
  };
  const flagLine = (program: string, condition: string, { flags, help, value }: CompletedFlag): string => {
    const names = flags.map((flag) =>
      flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
    );
    const tail = value === undefined ? '' : ` ${values(value)}`;
    return `complete -c ${program}${condition} ${names.join(' ')} -d ${quote(help)}${tail}`;
  };
  const operandLine = (program: string, condition: string, operands: Completes): string[] => {
    if (operands.kind === 'files') return [];
    const words = operands.kind === 'words' ? ` -a ${quote(operands.words.join(' '))}` : '';
    return [`complete -c ${program}${condition} -f${words}`];
  };
  const none = ' -n __fish_use_subcommand';
  const lines = commands.flatMap(({ name, summary, flags, operands }) => {
    const seen = ` -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c ${PROGRAM}${none} -f -a ${name} -d ${quote(summary)}`,
      ...operandLine(PROGRAM, seen, operands),
      ...flags.map((flag) => flagLine(PROGRAM, seen, flag)),
    ];
  });
  const bare = commands.find(({ name }) => name === BARE);
  const bareLines = bare === undefined ? [] : bare.flags.map((flag) => flagLine(BARE, '', flag));
  return `# ${installation.fish}\n${[...lines, ...bareLines].join('\n')}\n`;
}

# zsh -f asks.zsh SCRIPT TYPED: what a line typed at a prompt becomes after a tab, in a terminal of its own.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1='' PROMPT_EOL_MARK=''; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source ${(q)1}; bindkey '^T' expose; expose() { print -r -- \"<<\$BUFFER>>\"; zle kill-whole-line }; zle -N expose; print READY"
# Once as it is echoed, once as it is printed.
zpty -r -m shell out '*READY*'
zpty -r -m shell out '*READY*'
zpty -w -n shell "$2"$'\t'$'\x14'
zpty -r -m shell out '*<<*>>*' && print -r -- ${${out##*<<}%%>>*}
zpty -d shell

/**
 * Completion scripts of the shells. Each calls `squall complete -- WORDS…`, which prints a candidate a line, with a
 * description behind a tab.
 */
export const FILES_LINE = ":files";

// Bash splits `--verdict=H` at the `=` (COMP_WORDBREAKS), and then replaces only the part behind the `=`.
const BASH = `# bash completion for squall; needs bash 4 or later
_squall() {
  local i line value prefix="" glued=0
  local -a words=()
  COMPREPLY=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    if ((glued == 0)) && [[ "\${COMP_WORDS[i]}" == "=" && "\${words[\${#words[@]}-1]-}" == --* ]]; then
      words[\${#words[@]}-1]+="="
      glued=1
      prefix="\${words[\${#words[@]}-1]}"
    elif ((glued == 1)); then
      words[\${#words[@]}-1]+="\${COMP_WORDS[i]}"
      glued=2
    else
      words+=("\${COMP_WORDS[i]}")
      glued=0
      prefix=""
    fi
  done
  value="\${words[\${#words[@]}-1]-}"
  value="\${value#"$prefix"}"
  while IFS= read -r line; do
    if [[ "$line" == "${FILES_LINE}" ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$value")
    else
      line="\${line%%$'\\t'*}"
      COMPREPLY+=("\${line#"$prefix"}")
    fi
  done < <("\${COMP_WORDS[0]}" complete -- "\${words[@]}" 2>/dev/null)
}
complete -F _squall squall`;

const ZSH = `#compdef squall
# zsh completion for squall
_squall() {
  local line
  local -a found
  local files=0
  for line in "\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ "$line" == "${FILES_LINE}" ]]; then
      files=1
    elif [[ -n "$line" ]]; then
      found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( \${#found} )) && _describe squall found
  if (( files )); then
    [[ "$PREFIX" == --*=* ]] && compset -P '*='
    _files
  fi
}
if [[ "\${funcstack[1]}" == _squall ]]; then _squall; else compdef _squall squall; fi`;

const FISH = `# fish completion for squall
function __squall_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = "${FILES_LINE}"
            set -l named (string match -r -- '^(--[^=]+=)(.*)$' "$current")
            if test (count $named) -eq 3
                for path in (__fish_complete_path $named[3])
                    echo "$named[2]$path"
                end
            else
                __fish_complete_path "$current"
            end
        else
            echo $line
        end
    end
end
complete -c squall -f -a '(__squall_complete)'`;

export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

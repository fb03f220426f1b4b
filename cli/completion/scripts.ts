/** The scripts of the shells. Each asks `squall complete -- WORDS…`, which answers a candidate a line, with its description behind a tab. */
export const FILES_LINE = ":files";

const BASH = `# bash completion for squall; needs bash 4 or later
_squall() {
  local word="\${COMP_WORDS[COMP_CWORD]}" line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ "$line" == "${FILES_LINE}" ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$word")
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
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
  (( files )) && _files
}
if [[ "\${funcstack[1]}" == _squall ]]; then _squall; else compdef _squall squall; fi`;

const FISH = `# fish completion for squall
function __squall_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = "${FILES_LINE}"
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c squall -f -a '(__squall_complete)'`;

export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

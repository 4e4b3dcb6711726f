# Completion of popfetch for bash.

_popfetch() {
	local word
	COMPREPLY=()
	while IFS= read -r word; do
		case $word in
		:files) compopt -o default 2>/dev/null ;;
		:dirs) compopt -o dirnames 2>/dev/null ;;
		*) COMPREPLY+=("$word") ;;
		esac
	done < <(command popfetch __complete bash "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null </dev/null)
}

complete -F _popfetch popfetch

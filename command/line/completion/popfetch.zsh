#compdef popfetch
# Completion of popfetch for zsh.

_popfetch() {
	local line
	local -a candidates
	for line in ${(f)"$(command popfetch __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)"}; do
		case $line in
		:files) compset -P 1 '-*='; _files ;;
		:dirs) compset -P 1 '-*='; _files -/ ;;
		*) candidates+=("${line/$'\t'/:}") ;;
		esac
	done
	(( $#candidates )) && _describe 'popfetch' candidates
}

# A file of $fpath is the function itself; sourced, it only defines it.
if [[ $funcstack[1] == _popfetch ]]; then
	_popfetch "$@"
else
	compdef _popfetch popfetch
fi

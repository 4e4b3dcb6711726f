# Completion of popfetch for fish.

function __popfetch_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -e words[1]
    for line in (command popfetch __complete fish $words "$current" 2>/dev/null </dev/null)
        switch $line
            case ':files' ':dirs'
                # In --flag=PATH only the path is one.
                set -l flag (string match -r -- '^-[^=]*=' "$current")
                set -l path (string replace -r -- '^-[^=]*=' '' "$current")
                if test $line = ':dirs'
                    printf '%s\n' "$flag"(__fish_complete_directories "$path")
                else
                    printf '%s\n' "$flag"(__fish_complete_path "$path")
                end
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c popfetch -f -a '(__popfetch_complete)'

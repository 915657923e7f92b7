function __selectord_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __selectord_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __selectord_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __selectord_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __selectord_parse_tokens -S
    set -l unparsed_tokens (__selectord_tokens -pc)
    switch $unparsed_tokens[1]
    case 'selectord'
        __selectord_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'run'
            __selectord_parse_subcommand 0 'config=' 'version' 'h/help'
        case 'check'
            __selectord_parse_subcommand -r 1 'input=' 'config=' 'view=+' 'compare' 'explain' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'status'
            __selectord_parse_subcommand 2 'config=' 'problems' 'state=+' 'verdict=+' 'domain=+' 'sort=' 'view=+' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'history'
            __selectord_parse_subcommand 2 'since=' 'config=' 'view=+' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'key'
            __selectord_parse_subcommand 1 'input=' 'minimum-bits=' 'rules' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'policy'
            __selectord_parse_subcommand 1 'input=' 'type=' 'rules' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'diagnose'
            __selectord_parse_subcommand 2 'config=' 'view=+' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'verify'
            __selectord_parse_subcommand -r 1 'key=' 'at=' 'config=' 'view=+' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'rotate'
            __selectord_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'plan'
                __selectord_parse_subcommand 3 'at=' 'keep=' 'key=' 'config=' 'view=+' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
            case 'verify'
                __selectord_parse_subcommand 2 'old=' 'key=' 'wait=' 'proof=' 'config=' 'view=+' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
            case 'check-proof'
                __selectord_parse_subcommand 1 'config=' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
            end
        case 'rehearse'
            __selectord_parse_subcommand 1 'to=+' 'port=' 'names=' 'zone=' 'wait=' 'config=' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'discover'
            __selectord_parse_subcommand -r 1 'since=' 'domain=+' 'unwatched' 'authserv=+' 'check' 'view=+' 'config=' 'o/output=' 'format=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'queue'
            __selectord_parse_subcommand 0 'from=' 'log=+' 'lifetime=' 'keys' 'letter=' 'language=' 'config=' 'view=+' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'audit'
            __selectord_parse_subcommand -r 1 'input=' 'selector=+' 'client=' 'sender=' 'helo=' 'message=' 'bulk' 'diff=' 'scoring' 'config=' 'view=+' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
        case 'config'
            __selectord_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'check'
                __selectord_parse_subcommand 1 'config=' 'strict' 'version' 'h/help'
            case 'show'
                __selectord_parse_subcommand 0 'config=' 'version' 'h/help'
            case 'schema'
                __selectord_parse_subcommand 0 'version' 'h/help'
            end
        case 'alert'
            __selectord_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __selectord_parse_subcommand 0 'failed' 'pending' 'delivered' 'dropped' 'receiver=' 'since=' 'config=' 'o/output=' 'color=' 'v/verbose' 'version' 'h/help'
            case 'retry'
                __selectord_parse_subcommand -r 1 'receiver=' 'all' 'config=' 'version' 'h/help'
            case 'test'
                __selectord_parse_subcommand 1 'config=' 'version' 'h/help'
            end
        case 'incident'
            __selectord_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __selectord_parse_subcommand 0 'all' 'config=' 'o/output=' 'color=' 'version' 'h/help'
            case 'acknowledge'
                __selectord_parse_subcommand 1 'note=' 'by=' 'config=' 'version' 'h/help'
            end
        case 'silence'
            __selectord_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'add'
                __selectord_parse_subcommand 0 'domain=' 'selector=' 'label=+' 'type=+' 'for=' 'reason=' 'by=' 'config=' 'version' 'h/help'
            case 'list'
                __selectord_parse_subcommand 0 'all' 'config=' 'o/output=' 'color=' 'version' 'h/help'
            case 'expire'
                __selectord_parse_subcommand 1 'config=' 'version' 'h/help'
            end
        case 'init'
            __selectord_parse_subcommand -r 1 'config=' 'force' 'webhook=' 'log=+' 'view=+' 'color=' 'v/verbose' 'version' 'h/help'
        case 'backup'
            __selectord_parse_subcommand 1 'force' 'config=' 'version' 'h/help'
        case 'help'
            __selectord_parse_subcommand -r 1 'version'
        end
    end
end

function __selectord_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __selectord_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __selectord_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __selectord_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__selectord_tokens -p)
    if test -z "$(__selectord_tokens -t)"
        set -l index (count (__selectord_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'selectord' -f
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'run' -d 'Run the daemon: watch everything that is configured.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'check' -d 'Ask for keys now, and judge the answers. Needs no database.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'status' -d 'Show what the daemon knows about each watch.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'history' -d 'Show every answer and event of one key, record set or audited domain, oldest first.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'key' -d 'Judge the text of a key record, offline.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'policy' -d 'Judge the text of an SPF, DMARC, MTA-STS, TLS-RPT, BIMI, CAA or TLSA policy, offline.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'diagnose' -d 'Find out why a key is missing or wrong, and how to fix it.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'verify' -d 'Verify every signature of a message, and say why one fails.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'rotate' -d 'Plan the change to a new key, and find out when the signer may switch.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'rehearse' -d 'Check new name servers for everything that mail needs, before you move the delegation.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'discover' -d 'Find the selectors that sign your mail: in logs, messages and DMARC reports.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'queue' -d 'Show which mail waits for which key, and until when.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'audit' -d 'Check everything that mail needs of DNS, and print a report with a score.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'config' -d 'Check, show or describe the configuration.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'alert' -d 'List deliveries of alerts, retry them, or test a receiver.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'incident' -d 'List incidents, or acknowledge one.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'silence' -d 'Silence alerts for a while, list silences, or end one.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'init' -d 'Write a first configuration, with the selectors that can be found.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'backup' -d 'Copy the database to a file, also while the daemon runs.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord run" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord run" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord run" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord check" input' -l 'input' -d 'Read the keys from this file (.gz too); - is standard input.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord check" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord check"' -l 'view' -d 'Ask only this view: local, authoritative, the name of a configured view, an address (8.8.8.8, 127.0.0.1:5301, [2001:db8::1]:53), or an https:// URL. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord check" compare' -l 'compare' -d 'Compare the keys of a long list with each other too: about 0.5 ms a key.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord check" explain' -l 'explain' -d 'Find the cause for each key that is not ok, as \'diagnose\' does.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord check" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl nagios'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord check" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord check" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord check" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status" problems' -l 'problems' -d 'Show only the watches that are not ok.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status"' -l 'state' -d 'Show the watches in this state only: pending, published, missing, revoked, invalid, mismatched, divergent, unreachable. Repeatable.' -rfka 'pending published missing revoked invalid mismatched divergent unreachable'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status"' -l 'verdict' -d 'Show the watches with this verdict only: ok, warning, critical, unknown. Repeatable.' -rfka 'ok warning critical unknown'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status"' -l 'domain' -d 'Show the watches of these domains only: example.org, or *.example.org for all below it. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status" sort' -l 'sort' -d 'What comes first.' -rfka 'verdict name since'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status"' -l 'view' -d 'Show the answers of this view only. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl nagios'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord history" since' -l 'since' -d 'Leave out what ended before this time: a duration such as 30d, or a date.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord history" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord history"' -l 'view' -d 'Show the answers of this view only. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord history" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord history" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord history" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord history" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord history" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord key" input' -l 'input' -d 'Judge each line of this file as a record without quotes; - is standard input.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord key" minimum-bits' -l 'minimum-bits' -d 'Minimum acceptable RSA key size, in bits.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord key" rules' -l 'rules' -d 'Print the table of rules: what each finding means and what to do.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord key" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl nagios'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord key" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord key" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord key" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord key" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord policy" input' -l 'input' -d 'Judge each line of this file as a record without quotes; - is standard input.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord policy" type' -l 'type' -d 'What the text is: spf, dmarc, mta-sts, mta-sts-policy, tls-rpt, bimi, caa, tlsa. Found in the text otherwise.' -rfka 'spf dmarc mta-sts mta-sts-policy tls-rpt bimi caa tlsa'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord policy" rules' -l 'rules' -d 'Print the table of rules: what each finding means and what to do.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord policy" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl nagios'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord policy" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord policy" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord policy" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord policy" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord diagnose" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord diagnose"' -l 'view' -d 'Ask only this view: local, authoritative, the name of a configured view, an address (8.8.8.8, 127.0.0.1:5301, [2001:db8::1]:53), or an https:// URL. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord diagnose" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl nagios'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord diagnose" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord diagnose" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord diagnose" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord diagnose" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord verify" -ge 1' -F
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord verify" key' -l 'key' -d 'Verify with this key, and ask nobody: the record, a file that holds it, or a file with a public key.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord verify" at' -l 'at' -d 'Verify as of this time: a date, a time such as 2026-11-20T08:00:00Z, or a duration back from now.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord verify" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord verify"' -l 'view' -d 'Ask only this view: local, authoritative, the name of a configured view, an address (8.8.8.8, 127.0.0.1:5301, [2001:db8::1]:53), or an https:// URL. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord verify" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl nagios'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord verify" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord verify" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord verify" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord rotate" -eq 1' -fa 'plan' -d 'Print the steps of a key rotation with their times.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord rotate" -eq 1' -fa 'verify' -d 'Check whether the signer may switch to the new selector now.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord rotate" -eq 1' -fa 'check-proof' -d 'Verify a proof that \'rotate verify --proof\' wrote, offline.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate plan" at' -l 'at' -d 'When the new record will be published: a time, a date, or a duration from now.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate plan" keep' -l 'keep' -d 'How long the old key stays published after the switch.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate plan" key' -l 'key' -d 'The key that will be published: a file, a record, or - for standard input.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate plan" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate plan"' -l 'view' -d 'Ask only this view: local, authoritative, the name of a configured view, an address (8.8.8.8, 127.0.0.1:5301, [2001:db8::1]:53), or an https:// URL. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate plan" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate plan" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate plan" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate plan" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate plan" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify" old' -l 'old' -d 'The selector that is in use now. Default: that of the configured rotation.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify" key' -l 'key' -d 'The key that the signer will use: a file, a record, or - for standard input.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify" wait' -l 'wait' -d 'Look again until it is ready, for at most this long.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify" proof' -l 'proof' -d 'Write all answers and the result to this file; answers of an earlier run in it count.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify"' -l 'view' -d 'Ask only this view: local, authoritative, the name of a configured view, an address (8.8.8.8, 127.0.0.1:5301, [2001:db8::1]:53), or an https:// URL. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord rotate check-proof" -eq 1' -F
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate check-proof" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate check-proof" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate check-proof" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate check-proof" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate check-proof" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rotate check-proof" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse"' -l 'to' -d 'The new name servers: names or addresses (192.0.2.53, 127.0.0.1:5301), separated by commas. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse" port' -l 'port' -d 'The port of the new servers, if they are given without one.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse" names' -l 'names' -d 'Ask for these names too: one on each line, types may follow; # begins a comment.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse" zone' -l 'zone' -d 'Ask for all names of this zone file too.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse" wait' -l 'wait' -d 'Repeat until everything is equal, for at most this long: a duration such as 2h.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord rehearse" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord discover" -ge 1' -F
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover" since' -l 'since' -d 'Count only what was seen since then: 30d, 12h, a date, or a time such as 2026-11-01T12:00:00Z.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover"' -l 'domain' -d 'Show these domains only: example.org, or *.example.org for all below it. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover" unwatched' -l 'unwatched' -d 'Show only keys that the configuration does not watch.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover"' -l 'authserv' -d 'Believe the Authentication-Results of this server (its authserv-id). Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover" check' -l 'check' -d 'Ask DNS for each key, as \'check\' does.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover"' -l 'view' -d 'Ask only this view: local, authoritative, the name of a configured view, an address (8.8.8.8, 127.0.0.1:5301, [2001:db8::1]:53), or an https:// URL. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover" format' -l 'format' -d 'Print lines for \'check --input\' and watch lists instead.' -rfka 'input'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord discover" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" from' -l 'from' -d 'Read the list of the queue from this file; - is standard input.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue"' -l 'log' -d 'A log to join with: a file, a folder, a pattern, or journal. Repeatable; without it the logs under /var/log and the journal.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" lifetime' -l 'lifetime' -d 'How long a message is tried before it bounces, such as 4d.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" keys' -l 'keys' -d 'Print one object a key in JSON, instead of one a message.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" letter' -l 'letter' -d 'Print a message to the administrators who must publish this key.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" language' -l 'language' -d 'The language of the letter.' -rfka 'en de'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue"' -l 'view' -d 'Ask only this view: local, authoritative, the name of a configured view, an address (8.8.8.8, 127.0.0.1:5301, [2001:db8::1]:53), or an https:// URL. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord queue" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" input' -l 'input' -d 'Audit the domains of this file, one a line; - is standard input.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit"' -l 'selector' -d 'A selector that signs mail of the domain, to be judged too. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" client' -l 'client' -d 'Evaluate SPF for this client, and look at its PTR record.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" sender' -l 'sender' -d 'The address of MAIL FROM; postmaster of the domain otherwise.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" helo' -l 'helo' -d 'The name that the client says in HELO.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" message' -l 'message' -d 'Audit this message; - is standard input.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" bulk' -l 'bulk' -d 'The message goes to many: require one-click unsubscription.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" diff' -l 'diff' -d 'Compare with an earlier report (of --output json or jsonl), and show what is new and what was fixed.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" scoring' -l 'scoring' -d 'Print the table of points: what each finding costs.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit"' -l 'view' -d 'Ask only this view: local, authoritative, the name of a configured view, an address (8.8.8.8, 127.0.0.1:5301, [2001:db8::1]:53), or an https:// URL. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl nagios html'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord audit" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord config" -eq 1' -fa 'check' -d 'Check the configuration, and report everything that is wrong with it.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord config" -eq 1' -fa 'show' -d 'Print the configuration as JSON, with all defaults, secrets hidden.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord config" -eq 1' -fa 'schema' -d 'Print the JSON Schema of the configuration file, for editors and checks.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config check" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord config check" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config check" strict' -l 'strict' -d 'Treat warnings as errors.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config check" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config show" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config show" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config schema" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord config schema" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord alert" -eq 1' -fa 'list' -d 'List deliveries and their results, oldest first.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord alert" -eq 1' -fa 'retry' -d 'Retry deliveries.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord alert" -eq 1' -fa 'test' -d 'Send a test event to a receiver now, and print the result.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" failed' -l 'failed' -d 'List the deliveries that were given up.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" pending' -l 'pending' -d 'List the deliveries that are waiting for their next try.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" delivered' -l 'delivered' -d 'List the deliveries that were accepted.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" dropped' -l 'dropped' -d 'List the deliveries that nobody needed any more.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" receiver' -l 'receiver' -d 'List the deliveries to this receiver.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" since' -l 'since' -d 'List the deliveries made since this time: a duration such as 7d, or a date.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert retry" receiver' -l 'receiver' -d 'All failed deliveries to this receiver.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert retry" all' -l 'all' -d 'All failed deliveries.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert retry" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert retry" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert retry" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert test" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert test" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord alert test" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord incident" -eq 1' -fa 'list' -d 'List open incidents, oldest first.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord incident" -eq 1' -fa 'acknowledge' -d 'Acknowledge an open incident, with a note.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident list" all' -l 'all' -d 'List closed incidents too.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident list" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident list" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident list" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident list" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident acknowledge" note' -l 'note' -d 'Why the incident needs no more attention.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident acknowledge" by' -l 'by' -d 'Who acknowledges it. Default: $SUDO_USER, then $USER.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident acknowledge" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident acknowledge" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord incident acknowledge" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord silence" -eq 1' -fa 'add' -d 'Send no alerts of what matches, for a while.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord silence" -eq 1' -fa 'list' -d 'List the silences that hold, oldest first.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord silence" -eq 1' -fa 'expire' -d 'End a silence now.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence add" domain' -l 'domain' -d 'A signing domain, \'*.example.org\' for all below it, or \'*\' for all.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence add" selector' -l 'selector' -d 'A selector.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence add"' -l 'label' -d 'A label of the watch; repeat it for several.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence add"' -l 'type' -d 'A type of event, such as selector.missing; repeat it for several.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence add" for' -l 'for' -d 'How long: a duration such as 2h, or a date.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence add" reason' -l 'reason' -d 'Why nobody is to be alerted.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence add" by' -l 'by' -d 'Who silences it. Default: $SUDO_USER, then $USER.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence add" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence add" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence add" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence list" all' -l 'all' -d 'List those that have ended too.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence list" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence list" o output' -l 'output' -s 'o' -d 'Output format.' -rfka 'table json jsonl'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence list" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence list" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence expire" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence expire" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord silence expire" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord init" config' -l 'config' -d 'Write to this file. Default: $SELECTORD_CONFIG, then ./config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord init" force' -l 'force' -d 'Replace the file if there is one.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord init" webhook' -l 'webhook' -d 'Send alerts to this URL: as messages if it is one of Slack, otherwise as JSON.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord init"' -l 'log' -d 'A log to look for selectors in: a file, a folder, a pattern, journal, or none. Repeatable; without it the logs under /var/log and the journal.' -rF
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord init"' -l 'view' -d 'Ask only this view, and configure it: local, authoritative, an address (8.8.8.8, 127.0.0.1:5301), or an https:// URL. Repeatable.' -rfka ''
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord init" color' -l 'color' -d 'When to color the output: auto, always or never. NO_COLOR is respected.' -rfka 'auto always never'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord init" v verbose' -l 'verbose' -s 'v' -d 'Show all details: the answer of each server, findings, caches.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord init" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord init" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_positional "selectord backup" -eq 1' -F
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord backup" force' -l 'force' -d 'Replace the file if there is one.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord backup" config' -l 'config' -d 'The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.' -rfa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'json\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord backup" version' -l 'version' -d 'Show the version.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord backup" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'selectord' -n '__selectord_should_offer_completions_for_flags_or_options "selectord help" version' -l 'version' -d 'Show the version.'

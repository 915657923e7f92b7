#!/bin/bash

__selectord_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__selectord_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__selectord_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__selectord_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_selectord() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __selectord_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    run|check|status|history|key|policy|diagnose|verify|rotate|rehearse|discover|queue|audit|config|alert|incident|silence|init|backup|help)
        # Offer subcommand argument completions
        "_selectord_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'run check status history key policy diagnose verify rotate rehearse discover queue audit config alert incident silence init backup help' -- "${cur}"))
        ;;
    esac
}

_selectord_run() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __selectord_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    esac
}

_selectord_check() {
    repeating_flags=()
    non_repeating_flags=(--compare --explain --verbose -v --version -h --help)
    repeating_options=(--view)
    non_repeating_options=(--input --config --output -o --color)
    __selectord_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--input')
        __selectord_add_completions -f
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--view')
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''nagios'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_status() {
    repeating_flags=()
    non_repeating_flags=(--problems --verbose -v --version -h --help)
    repeating_options=(--state --verdict --domain --view)
    non_repeating_options=(--config --sort --output -o --color)
    __selectord_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--state')
        __selectord_add_completions -W 'pending'$'\n''published'$'\n''missing'$'\n''revoked'$'\n''invalid'$'\n''mismatched'$'\n''divergent'$'\n''unreachable'
        return
        ;;
    '--verdict')
        __selectord_add_completions -W 'ok'$'\n''warning'$'\n''critical'$'\n''unknown'
        return
        ;;
    '--domain')
        return
        ;;
    '--sort')
        __selectord_add_completions -W 'verdict'$'\n''name'$'\n''since'
        return
        ;;
    '--view')
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''nagios'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_history() {
    repeating_flags=()
    non_repeating_flags=(--verbose -v --version -h --help)
    repeating_options=(--view)
    non_repeating_options=(--since --config --output -o --color)
    __selectord_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--since')
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--view')
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_key() {
    repeating_flags=()
    non_repeating_flags=(--rules --verbose -v --version -h --help)
    repeating_options=()
    non_repeating_options=(--input --minimum-bits --output -o --color)
    __selectord_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--input')
        __selectord_add_completions -f
        return
        ;;
    '--minimum-bits')
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''nagios'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_policy() {
    repeating_flags=()
    non_repeating_flags=(--rules --verbose -v --version -h --help)
    repeating_options=()
    non_repeating_options=(--input --type --output -o --color)
    __selectord_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--input')
        __selectord_add_completions -f
        return
        ;;
    '--type')
        __selectord_add_completions -W 'spf'$'\n''dmarc'$'\n''mta-sts'$'\n''mta-sts-policy'$'\n''tls-rpt'$'\n''bimi'$'\n''caa'$'\n''tlsa'
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''nagios'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_diagnose() {
    repeating_flags=()
    non_repeating_flags=(--verbose -v --version -h --help)
    repeating_options=(--view)
    non_repeating_options=(--config --output -o --color)
    __selectord_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--view')
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''nagios'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_verify() {
    repeating_flags=()
    non_repeating_flags=(--verbose -v --version -h --help)
    repeating_options=(--view)
    non_repeating_options=(--key --at --config --output -o --color)
    __selectord_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--key')
        return
        ;;
    '--at')
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--view')
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''nagios'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __selectord_add_completions -f
        return
        ;;
    esac
}

_selectord_rotate() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __selectord_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    plan|verify|check-proof)
        # Offer subcommand argument completions
        "_selectord_rotate_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'plan verify check-proof' -- "${cur}"))
        ;;
    esac
}

_selectord_rotate_plan() {
    repeating_flags=()
    non_repeating_flags=(--verbose -v --version -h --help)
    repeating_options=(--view)
    non_repeating_options=(--at --keep --key --config --output -o --color)
    __selectord_offer_flags_options 3

    # Offer option value completions
    case "${prev}" in
    '--at')
        return
        ;;
    '--keep')
        return
        ;;
    '--key')
        __selectord_add_completions -f
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--view')
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_rotate_verify() {
    repeating_flags=()
    non_repeating_flags=(--verbose -v --version -h --help)
    repeating_options=(--view)
    non_repeating_options=(--old --key --wait --proof --config --output -o --color)
    __selectord_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--old')
        return
        ;;
    '--key')
        __selectord_add_completions -f
        return
        ;;
    '--wait')
        return
        ;;
    '--proof')
        __selectord_add_completions -f
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--view')
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_rotate_check-proof() {
    repeating_flags=()
    non_repeating_flags=(--verbose -v --version -h --help)
    repeating_options=()
    non_repeating_options=(--config --output -o --color)
    __selectord_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __selectord_add_completions -f
        return
        ;;
    esac
}

_selectord_rehearse() {
    repeating_flags=()
    non_repeating_flags=(--verbose -v --version -h --help)
    repeating_options=(--to)
    non_repeating_options=(--port --names --zone --wait --config --output -o --color)
    __selectord_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--to')
        return
        ;;
    '--port')
        return
        ;;
    '--names')
        __selectord_add_completions -f
        return
        ;;
    '--zone')
        __selectord_add_completions -f
        return
        ;;
    '--wait')
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_discover() {
    repeating_flags=()
    non_repeating_flags=(--unwatched --check --verbose -v --version -h --help)
    repeating_options=(--domain --authserv --view)
    non_repeating_options=(--since --config --output -o --format --color)
    __selectord_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--since')
        return
        ;;
    '--domain')
        return
        ;;
    '--authserv')
        return
        ;;
    '--view')
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--format')
        __selectord_add_completions -W 'input'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __selectord_add_completions -f
        return
        ;;
    esac
}

_selectord_queue() {
    repeating_flags=()
    non_repeating_flags=(--keys --verbose -v --version -h --help)
    repeating_options=(--log --view)
    non_repeating_options=(--from --lifetime --letter --language --config --output -o --color)
    __selectord_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--from')
        __selectord_add_completions -f
        return
        ;;
    '--log')
        __selectord_add_completions -f
        return
        ;;
    '--lifetime')
        return
        ;;
    '--letter')
        return
        ;;
    '--language')
        __selectord_add_completions -W 'en'$'\n''de'
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--view')
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_audit() {
    repeating_flags=()
    non_repeating_flags=(--bulk --scoring --verbose -v --version -h --help)
    repeating_options=(--selector --view)
    non_repeating_options=(--input --client --sender --helo --message --diff --config --output -o --color)
    __selectord_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--input')
        __selectord_add_completions -f
        return
        ;;
    '--selector')
        return
        ;;
    '--client')
        return
        ;;
    '--sender')
        return
        ;;
    '--helo')
        return
        ;;
    '--message')
        __selectord_add_completions -f
        return
        ;;
    '--diff')
        __selectord_add_completions -f
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--view')
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'$'\n''nagios'$'\n''html'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_config() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __selectord_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    check|show|schema)
        # Offer subcommand argument completions
        "_selectord_config_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'check show schema' -- "${cur}"))
        ;;
    esac
}

_selectord_config_check() {
    repeating_flags=()
    non_repeating_flags=(--strict --version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __selectord_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    esac
}

_selectord_config_show() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __selectord_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    esac
}

_selectord_config_schema() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __selectord_offer_flags_options 0
}

_selectord_alert() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __selectord_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|retry|test)
        # Offer subcommand argument completions
        "_selectord_alert_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list retry test' -- "${cur}"))
        ;;
    esac
}

_selectord_alert_list() {
    repeating_flags=()
    non_repeating_flags=(--failed --pending --delivered --dropped --verbose -v --version -h --help)
    repeating_options=()
    non_repeating_options=(--receiver --since --config --output -o --color)
    __selectord_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--receiver')
        return
        ;;
    '--since')
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_alert_retry() {
    repeating_flags=()
    non_repeating_flags=(--all --version -h --help)
    repeating_options=()
    non_repeating_options=(--receiver --config)
    __selectord_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--receiver')
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    esac
}

_selectord_alert_test() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __selectord_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    esac
}

_selectord_incident() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __selectord_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|acknowledge)
        # Offer subcommand argument completions
        "_selectord_incident_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list acknowledge' -- "${cur}"))
        ;;
    esac
}

_selectord_incident_list() {
    repeating_flags=()
    non_repeating_flags=(--all --version -h --help)
    repeating_options=()
    non_repeating_options=(--config --output -o --color)
    __selectord_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_incident_acknowledge() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--note --by --config)
    __selectord_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--note')
        return
        ;;
    '--by')
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    esac
}

_selectord_silence() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __selectord_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    add|list|expire)
        # Offer subcommand argument completions
        "_selectord_silence_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'add list expire' -- "${cur}"))
        ;;
    esac
}

_selectord_silence_add() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--label --type)
    non_repeating_options=(--domain --selector --for --reason --by --config)
    __selectord_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--domain')
        return
        ;;
    '--selector')
        return
        ;;
    '--label')
        return
        ;;
    '--type')
        return
        ;;
    '--for')
        return
        ;;
    '--reason')
        return
        ;;
    '--by')
        return
        ;;
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    esac
}

_selectord_silence_list() {
    repeating_flags=()
    non_repeating_flags=(--all --version -h --help)
    repeating_options=()
    non_repeating_options=(--config --output -o --color)
    __selectord_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--output'|'-o')
        __selectord_add_completions -W 'table'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_silence_expire() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __selectord_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    esac
}

_selectord_init() {
    repeating_flags=()
    non_repeating_flags=(--force --verbose -v --version -h --help)
    repeating_options=(--log --view)
    non_repeating_options=(--config --webhook --color)
    __selectord_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    '--webhook')
        return
        ;;
    '--log')
        __selectord_add_completions -f
        return
        ;;
    '--view')
        return
        ;;
    '--color')
        __selectord_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_selectord_backup() {
    repeating_flags=()
    non_repeating_flags=(--force --version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __selectord_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        __selectord_add_completions -o plusdirs -fX '!*.@(json)'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __selectord_add_completions -f
        return
        ;;
    esac
}

_selectord_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __selectord_offer_flags_options -1
}

complete -o filenames -F _selectord selectord

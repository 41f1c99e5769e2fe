# SPDX-License-Identifier: Apache-2.0
# bash completion for primum; made by 'primum help --completion'
_primum() {
    local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} words=
    case $verb in
    trust | key | device) [ "$COMP_CWORD" -lt 3 ] || verb="$verb ${COMP_WORDS[2]}" ;;
    esac
    if [ "$COMP_CWORD" = 1 ]; then
        words="keygen sign inspect verify trust key device --help --version"
    else
        case $verb in
        trust) words="make sign show --help" ;;
        key) words="show sign split adopt --help" ;;
        device) words="new flash erase flip boot send stop report set-floor describe --help" ;;
        "keygen") words="--alg --height --winternitz --levels --n --output --passphrase-file --force --help" ;;
        "sign") words="--vendor --class --device-id --sequence --version --image --services --components --device --encrypt-to --encrypt-services --update-authorized --minimum-battery --use-before --name --description --detached --plain --key --passphrase-file --alg --public --to-be-signed --digest --attach --pending --output --force --help" ;;
        "inspect") words="--json --diag --help" ;;
        "verify") words="--trust --trust-manifest --root-key --need-root --allow-es256 --vendor --class --device-id --floor --device-key --components --device --json --help" ;;
        "trust make") words="--number --epoch --base --previous --release-key --need-p256 --need-hss --output --force --help" ;;
        "trust sign") words="--key --passphrase-file --public --to-be-signed --attach --output --force --help" ;;
        "trust show") words="--json --help" ;;
        "key show") words="--json --pem --output --passphrase-file --force --help" ;;
        "key sign") words="--input --output --passphrase-file --force --help" ;;
        "key split") words="--count --output --force --help" ;;
        "key adopt") words="--skip --help" ;;
        "device new") words="--vendor --class --device-id --trust --root-key --need-root --allow-es256 --floor --rot --help" ;;
        "device flash") words="--slot --trust-manifest --help" ;;
        "device erase") words="--slot --help" ;;
        "device flip") words="--slot --bit --envelope-bit --image-bit --services-bit --help" ;;
        "device boot") words="--timeout --until --quiet --wire --background --on --help" ;;
        "device send") words="--port --wait --quiet --help" ;;
        "device stop") words="--help" ;;
        "device report") words="--json --help" ;;
        "device set-floor") words="--yes --help" ;;
        "device describe") words="--p256-only --output --force --help" ;;
        esac
    fi
    if [[ $word == -* || $COMP_CWORD = 1 || -n $words && $verb != *\ * && $COMP_CWORD = 2 ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    fi
}
complete -o default -F _primum primum

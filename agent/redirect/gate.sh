#!/bin/sh
# Gate: owns an agent's redirect, an nft table that the kernel takes away when nft ends. The gate alone speaks to nft, and of
# this table alone: each word of a line on stdin is checked before. Lines, of which all but `!` and `?` take many places:
#   +ADDR PORT LOCAL      connections that leave this machine for ADDR:PORT go to LOCAL on loopback, for 5 s
#   <ADDR PORT LOCAL      connections that arrive at ADDR:PORT go to ADDR:LOCAL, for 5 s
#   -ADDR PORT            no more of `+`;  >ADDR PORT  no more of `<`
#   xADDR PORT            connections older than the redirect meet RST when they speak, for 4 s
#   XFROM ADDR PORT       the same for connections that arrived from FROM
#   oADDR PORT            no more of `x`;  OFROM ADDR PORT  no more of `X`
#   ~ADDR PORT HOW        new connections that leave for ADDR:PORT end as the agent's own dial does, for 5 s: `refused` (RST) or
#                         `silent` (no answer); `open`: no more of that;  ^ADDR PORT HOW  the same for arrivals
#   !                     no redirect at all from here on
#   ?                     tells the table
# Answers: `ready TABLE` or `failed WHY` at the start; then for each line `ok`, `wrong` (nothing was changed), or the table and a dot.
export LC_ALL=C TERM=dumb HOME=/nonexistent PATH="$PATH:/usr/sbin:/sbin:/usr/bin:/bin"
set -f
trap '' HUP INT TERM

command -v nft >/dev/null || { echo 'failed the program nft is not installed'; exit 1; }
nl=$(printf '\n.')
nl=${nl%.}
read -r id </proc/sys/kernel/random/uuid
t="inet squall_${id%%-*}"

# === the table
# Sets, maps and rules of an address family: its number, its type and its protocol in nft's words.
family() {
  new='tcp flags & (fin|syn|rst|ack) == syn'  # conntrack takes a connection that is older than itself for new
  speaks='tcp flags & (syn|psh) != 0'         # carries bytes, or begins
  older='tcp flags & (syn|rst) == 0'
  others='meta skgid != 4780'                 # connections that are not the agent's own
  to="$3 daddr . tcp dport"
  from="$3 saddr . tcp sport"
  place="type $2 . inet_service"
  pair="type $2 . inet_service . $2 . inet_service; flags dynamic,timeout; timeout"

  # Places that are redirected; places whose connections are noted, for longer, so that a stopped agent misses none.
  echo "map out$1 { $place : inet_service; flags timeout; timeout 5s; };"
  echo "map in$1 { $place : $2 . inet_service; flags timeout; timeout 5s; };"
  echo "set called$1 { $place; flags timeout; timeout 60s; };"
  echo "set here$1 { $place; flags timeout; timeout 60s; };"
  # Local ports behind arrivals, which nobody else may reach; places whose older connections are cut.
  echo "set guard$1 { $place; flags timeout; timeout 60s; };"
  echo "set cutout$1 { $place; flags timeout; timeout 4s; };"
  echo "set cutin$1 { type $2 . $2 . inet_service; flags timeout; timeout 4s; };"
  # Places that take no connection: redirected, a caller would meet an open connection there, and not try the next address.
  for way in out in; do for how in refused silent; do echo "set $how$way$1 { $place; flags timeout; timeout 5s; };"; done; done
  # Packets that began connections, by place: they tell whether connections come through.
  for way in out in; do echo "set begun$way$1 { $place; flags dynamic,timeout; timeout 60s; size 65535; };"; done
  # Connections whose other end has spoken; connections that passed the redirect by. A set that is full shows in a counter.
  echo "set heard$1 { $pair 5s; size 65535; };"
  echo "set passed$1 { $pair 60s; size 8192; };"
  echo "chain note$1 { update @passed$1 { $from . $to } return; counter name full; };"
  echo "chain back$1 { update @passed$1 { $to . $from } return; counter name full; };"
  echo "chain hear$1 { update @heard$1 { $to . $from } return; counter name full; };"

  echo "chain shutout$1 { type filter hook output priority -120; $others $new $to @refusedout$1 reject with tcp reset;"
  echo "  $others $new $to @silentout$1 drop; };"
  echo "chain shutin$1 { type filter hook prerouting priority -120; iif != lo $new $to @refusedin$1 reject with tcp reset;"
  echo "  iif != lo $new $to @silentin$1 drop; };"
  # The redirect, ahead of other tables' rules for destinations (-100).
  echo "chain calls$1 { type nat hook output priority -110; $others $new $to @called$1 update @begunout$1 { $to counter };"
  echo "  $others $new redirect to :$to map @out$1; $others $new $to @called$1 goto note$1; };"
  echo "chain arrivals$1 { type nat hook prerouting priority -110; iif != lo $new $to @here$1 update @begunin$1 { $to counter };"
  echo "  iif != lo $new dnat $3 to $to map @in$1; };"

  # Connections that still go to the place itself have passed by; behind the translation (-90, 110).
  echo "chain passing$1 { $older $to @cutout$1 reject with tcp reset;"
  echo "  $speaks goto note$1; $from . $to @heard$1 goto note$1; };"
  echo "chain leaving$1 { type filter hook output priority -90; $others $to @called$1 goto passing$1;"
  echo "  oif lo $others $to @here$1 $speaks goto note$1; oif != lo $from @here$1 $speaks goto back$1; };"
  echo "chain arrived$1 { $older $3 saddr . $to @cutin$1 reject with tcp reset; $speaks goto note$1; };"
  echo "chain arriving$1 { type filter hook input priority 110; iif != lo $to @guard$1 ct status & dnat != dnat drop;"
  echo "  $from @called$1 $speaks goto hear$1; iif != lo $to @here$1 goto arrived$1; };"
}
# On one line, as `nft -i` reads.
table=$(echo table $t "{ flags owner; counter full { };" $(family 4 ipv4_addr ip; family 6 ipv6_addr ip6) "}")
why=$(nft -c "$table" 2>&1) || { echo "failed $why" | { read -r first && echo "$first"; }; exit 1; }
none=''
for map in out4 out6 in4 in6; do
  none="${none}flush map $t $map; "
  for set in cut refused silent; do none="${none}flush set $t $set$map; "; done
done

# === checks of words
port() {
  case $1 in '' | 0* | *[!0-9]* | ??????*) return 1 ;; esac
  [ "$1" -le 65535 ]
}
# Sets `f` to the family of the address.
address() {
  case $1 in
    *[!0-9a-f.:]* | *..* | .* | *. | *:::* | *::*::* | :[!:]* | *[!:]: | *.*:* | *:*.*) return 1 ;;
    *:*) f=6 all=$1 IFS=: ;;
    *) f=4 all=$1 IFS=. ;;
  esac
  set -- $1
  IFS=' '
  n=0
  for part; do
    case $f$part in
      4[0-9] | 4[1-9][0-9] | 41[0-9][0-9] | 42[0-4][0-9] | 425[0-5]) n=$((n + 1)) ;;
      6? | 6?? | 6??? | 6????) n=$((n + 1)) ;;
      6) ;; # between the colons of `::`
      *) return 1 ;;
    esac
  done
  case $f$all in
    6*::*) [ $n -lt 8 ] ;;
    6*) [ $n = 8 ] ;;
    *) [ $n = 4 ] ;;
  esac
}

# === from checked words to nft's, which gather in `nft`
# A plain `add` does not renew an element, and `delete` fails for one that has timed out.
renew() { nft="${nft}add element $t $1 { $2 }; delete element $t $1 { ${2%% :*} }; add element $t $1 { $2 }; "; }
lose() { nft="${nft}add element $t $1 { $2 }; delete element $t $1 { $2 }$nl"; }
# A line of its own: it fails where the element has timed out, and nothing else may fail with it.
drop() { nft="${nft}delete element $t $1 { $2 }$nl"; }
# Sets the end that new connections to a place meet.
shut() {
  case $3 in refused | silent) renew "$3$1" "$2" ;; esac
  [ "$3" = refused ] || lose "refused$1" "$2"
  [ "$3" = silent ] || lose "silent$1" "$2"
}
# Words of a line behind its verb. False, at the first word that is none.
hear() {
  [ $# -ge 2 ] || return 1
  while [ $# -gt 0 ]; do
    address "$1" || return 1
    one=$f a=$1
    case $verb in
      [XO]) address "$2" && [ $f = "$one" ] && port "$3" || return 1; key="$1 . $2 . $3"; shift 3 ;;
      [+\<]) port "$2" && port "$3" || return 1; key="$1 . $2" local=$3; shift 3 ;;
      [~^])
        port "$2" || return 1
        case $3 in open | refused | silent) key="$1 . $2" how=$3; shift 3 ;; *) return 1 ;; esac
        ;;
      *) port "$2" || return 1; key="$1 . $2"; shift 2 ;;
    esac
    case $verb in
      +) renew out$f "$key : $local"; renew called$f "$key" ;;
      '<') renew in$f "$key : $a . $local"; renew here$f "$key"; renew guard$f "$a . $local" ;;
      -) drop out$f "$key"; shut out$f "$key" open; lose cutout$f "$key" ;;
      '>') drop in$f "$key"; shut in$f "$key" open ;;
      '~') shut out$f "$key" $how ;;
      '^') shut in$f "$key" $how ;;
      x) renew cutout$f "$key" ;;
      X) renew cutin$f "$key" ;;
      o) lose cutout$f "$key" ;;
      O) lose cutin$f "$key" ;;
    esac
  done
}

# === from line to line
IFS=' '
exec 3>&1
{
  printf '%s\n' "$table"
  n=0
  until nft list table $t >/dev/null 2>&1; do
    n=$((n + 1))
    [ $n -lt 100 ] || exit
    sleep 0.1
  done
  echo "ready $t" >&3
  while IFS= read -r line; do
    nft='' reply=ok
    case $line in
      \?) nft list table $t >&3; reply=. ;;
      \!) nft=$none ;;
      [-+\<\>xXoO~^]*)
        for verb in - + '<' '>' x X o O '~' '^'; do case $line in "$verb"*) break ;; esac; done
        hear ${line#?} || nft='' reply=wrong
        ;;
      *) reply=wrong ;;
    esac
    [ -z "$nft" ] || printf '%s\n' "$nft" || exit
    echo "$reply" >&3 || exit
  done
  # The agent has ended, or lets go: conntrack still sees the ends of redirected connections.
  printf '%s\n' "$none"
  sleep 0.3
} | nft -i >/dev/null

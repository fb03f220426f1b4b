#!/bin/sh
# Gate: owns an agent's redirect, an nft table that the kernel takes away when nft ends. The gate alone speaks to nft, and
# of this table alone; each word of a line on stdin is checked first. Answers: ok, wrong; at the start ready TABLE, failed WHY.
#   +ADDR PORT LOCAL …  calls of ADDR:PORT go to LOCAL on loopback for 5 s   -ADDR PORT …  no more   x, o  ADDR PORT …
#   <ADDR PORT LOCAL …  arrivals at ADDR:PORT go to ADDR:LOCAL for 5 s       >ADDR PORT …  no more   X, O  FROM ADDR PORT …
#   !  no redirect at all from here on   ?  the table, and a dot.  x, X: older connections meet RST if they speak, for 4 s; o, O: no more.
export LC_ALL=C TERM=dumb HOME=/nonexistent PATH="$PATH:/usr/sbin:/sbin:/usr/bin:/bin"; set -f; trap '' HUP INT TERM
command -v nft >/dev/null || { echo 'failed the program nft is not installed'; exit 1; }
nl=$(printf '\n.'); nl=${nl%.}; read -r id </proc/sys/kernel/random/uuid; t="inet squall_${id%%-*}"
family() { new='tcp flags & (fin|syn|rst|ack) == syn' speaks='tcp flags & (syn|psh) != 0' others='meta skgid != 4780'
  key="type $2 . inet_service; flags timeout; timeout" pair="type $2 . inet_service . $2 . inet_service; flags dynamic,timeout; timeout"
  to="$3 daddr . tcp dport" from="$3 saddr . tcp sport"; echo "map out$1 { type $2 . inet_service : inet_service; flags timeout; timeout 5s; };
  map in$1 { type $2 . inet_service : $2 . inet_service; flags timeout; timeout 5s; }; set called$1 { $key 60s; }; set here$1 { $key 60s; };
  set guard$1 { $key 60s; }; set cutout$1 { $key 4s; }; set cutin$1 { type $2 . $2 . inet_service; flags timeout; timeout 4s; }; set heard$1 { $pair 5s; size 65535; }; set passed$1 { $pair 60s; size 8192; };
  chain note$1 { update @passed$1 { $from . $to } return; counter name full; }; chain back$1 { update @passed$1 { $to . $from } return; counter name full; };
  chain hear$1 { update @heard$1 { $to . $from } return; counter name full; }; chain arrived$1 { tcp flags & (syn|rst) == 0 $3 saddr . $to @cutin$1 reject with tcp reset; $speaks goto note$1; };
  chain passing$1 { tcp flags & (syn|rst) == 0 $to @cutout$1 reject with tcp reset; $speaks goto note$1; $from . $to @heard$1 goto note$1; };
  chain calls$1 { type nat hook output priority -110; $others $new redirect to :$to map @out$1; $others $new $to @called$1 goto note$1; };
  chain arrivals$1 { type nat hook prerouting priority -110; iif != lo $new dnat $3 to $to map @in$1; };
  chain leaving$1 { type filter hook output priority -90; $others $to @called$1 goto passing$1; oif lo $others $to @here$1 $speaks goto note$1; oif != lo $from @here$1 $speaks goto back$1; };
  chain arriving$1 { type filter hook input priority 110; iif != lo $to @guard$1 ct status & dnat != dnat drop; $from @called$1 $speaks goto hear$1; iif != lo $to @here$1 goto arrived$1; };"; }
table=$(echo table $t "{ flags owner; counter full { };" $(family 4 ipv4_addr ip; family 6 ipv6_addr ip6) "}"); IFS=' '
why=$(nft -c "$table" 2>&1) || { echo "failed $why" | { read -r first && echo "$first"; }; exit 1; }
port() { case $1 in '' | 0* | *[!0-9]* | ??????*) return 1 ;; esac; [ "$1" -le 65535 ]; }
address() { n=0; case $1 in *[!0-9a-f.:]* | *..* | .* | *. | *:::* | *::*::* | :[!:]* | *[!:]: | *.*:* | *:*.*) return 1 ;; *:*) f=6 all=$1 IFS=: ;; *) f=4 all=$1 IFS=. ;; esac
  set -- $1; IFS=' '; for part; do case $f$part in 4[0-9] | 4[1-9][0-9] | 41[0-9][0-9] | 42[0-4][0-9] | 425[0-5] | 6? | 6?? | 6??? | 6????) n=$((n + 1)) ;; 6) ;; *) return 1 ;; esac; done
  case $f$all in 6*::*) [ $n -lt 8 ] ;; 6*) [ $n = 8 ] ;; *) [ $n = 4 ] ;; esac; }
renew() { nft="${nft}add element $t $1 { $2 }; delete element $t $1 { ${2%% :*} }; add element $t $1 { $2 }; "; }
uncut() { nft="${nft}add element $t cut$1 { $2 }; delete element $t cut$1 { $2 }$nl"; }; drop() { nft="${nft}delete element $t $1 { $2 }$nl"; }
hear() { [ $# -ge 2 ] || return 1; while [ $# -gt 0 ]; do address "$1" || return 1; one=$f
    case $verb in [XO]) address "$2" && [ $f = "$one" ] && port "$3" || return 1; key="$1 . $2 . $3"; shift 3 ;; *) port "$2" || return 1; key="$1 . $2" a=$1
      case $verb in [+\<]) port "$3" || return 1; p=$3; shift 3 ;; *) shift 2 ;; esac ;; esac
    case $verb in +) renew out$f "$key : $p"; renew called$f "$key" ;; '<') renew in$f "$key : $a . $p"; renew here$f "$key"; renew guard$f "$a . $p" ;; x) renew cutout$f "$key" ;;
      X) renew cutin$f "$key" ;; o) uncut out$f "$key" ;; O) uncut in$f "$key" ;; -) drop out$f "$key"; uncut out$f "$key" ;; '>') drop in$f "$key" ;; esac; done; }
none=''; for map in out4 out6 in4 in6; do none="${none}flush map $t $map; flush set $t cut$map; "; done; exec 3>&1; { printf '%s\n' "$table"; n=0; until nft list table $t >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 100 ] || exit; sleep 0.1; done; echo "ready $t" >&3
  while IFS= read -r line; do nft='' reply=ok; case $line in
      \?) nft list table $t >&3; reply=. ;; \!) nft=$none ;;
      [-+\<\>xXoO]*) for verb in - + '<' '>' x X o O; do case $line in "$verb"*) hear ${line#"$verb"} || nft='' reply=wrong ;; esac; done ;; *) reply=wrong ;; esac
    [ -z "$nft" ] || printf '%s\n' "$nft" || exit; echo "$reply" >&3 || exit; done; printf '%s\n' "$none"; sleep 0.3 # conntrack sees the ends
} | nft -i >/dev/null

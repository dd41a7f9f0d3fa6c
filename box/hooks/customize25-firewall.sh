#!/bin/sh
# In a container, only its host may open a connection: other containers share a network with it, and would reach SSH
# and the toy, which the host serves on its loopback address alone. A virtual machine's provider has its own networks.
set -eu
install -D -m 0755 /dev/stdin "$1/usr/local/sbin/host-only" <<'S'
#!/bin/sh
# The host is the gateway: connections to a published port come from there, too. Asked at each boot, for it may change.
set -eu
set -- $(ip -4 route show default)
[ $# -ge 5 ] || exit 0
iptables --wait -t mangle -A PREROUTING -i "$5" ! -s "$3" -m conntrack --ctstate NEW -j DROP
[ ! -e /proc/net/if_inet6 ] || ip6tables --wait -t mangle -A PREROUTING -i "$5" -m conntrack --ctstate NEW -j DROP
S
cat >"$1/etc/systemd/system/host-only.service" <<'U'
[Unit]
Description=Let only the host open connections to this container
ConditionVirtualization=container
Before=ssh.service docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/host-only

[Install]
WantedBy=multi-user.target
U
systemctl --root="$1" --quiet enable host-only.service

"""The nftables rules as text (nft(8)), made of values. Pure.

Refused, never dropped: a phone that hears "no" decides in milliseconds, one that hears nothing waits for
seconds (Android 24 ms against 5 s). Dropped is only what lies about where it comes from, and what comes
without measure.
"""

from __future__ import annotations

from appliance.model.network_view import CAPTIVE_ADDRESS
from appliance.network.links import BRIDGE
from appliance.network.rules import CAPTIVE_DNS, FORWARDING_DNS, OWN_ADDRESS, STAFF_PORT, Rules

NFT_TABLE = "inet matinee"

_PRIVATE = (
    "{ 0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16 }"
)
"""Behind the uplink lies the venue's own network, which is nobody's business here (RFC 1918, 6598, 3927)."""

_SETS = """
  set finished { type ipv4_addr . ether_addr; flags timeout; size 8192; }
  set online { type ipv4_addr . ether_addr; flags timeout; size 8192; }
  set staff { type ipv4_addr . ether_addr; flags timeout; size 256; }
  set spent { type ether_addr; flags timeout; size 8192; }
  set used { type ipv4_addr; flags dynamic,timeout; timeout 12h; size 8192; counter; }
  set dhcp_pace { type ether_addr; flags dynamic,timeout; timeout 5m; size 16384; }
  set dns_pace { type ipv4_addr; flags dynamic,timeout; timeout 1m; size 8192; }
  set dns_open { type ipv4_addr; flags dynamic; size 8192; }
  set new_pace { type ipv4_addr; flags dynamic,timeout; timeout 1m; size 8192; }
  set flows { type ipv4_addr; flags dynamic; size 8192; }
  set out_flows { type ipv4_addr; flags dynamic; size 8192; }
"""


def ruleset(rules: Rules) -> str:
    """One transaction: sets keep what is in them, chains are made anew."""
    body = "".join(
        (_SETS, _guard(rules), _turn(rules), _enter(rules), _attendee(rules), _pass(rules), _masked(rules))
    )
    return f"add table {NFT_TABLE}\nflush table {NFT_TABLE}\ntable {NFT_TABLE} {{{body}}}\n"


def no_rules() -> str:
    """Whether or not the table stands, it does not afterwards."""
    return f"add table {NFT_TABLE}\ndelete table {NFT_TABLE}\n"


def _guard(rules: Rules) -> str:
    """Before connections are tracked: forged senders, IPv6, floods of questions, and what leads nowhere.

    The no comes here because it must bear the address that was asked: behind the translation it would not.
    """
    captive = "ip saddr . ether saddr != @online " if rules.internet else ""
    nowhere = f"{captive}fib daddr type unicast ip daddr != {{ {rules.gateway}, {CAPTIVE_ADDRESS} }}"
    return f"""
  chain guard {{
    type filter hook prerouting priority raw; policy accept;
    iifname "{BRIDGE}" jump guard_attendee
  }}
  chain guard_attendee {{
    meta nfproto != ipv4 drop
    ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept
    ip saddr != {rules.network} drop
    ip saddr {rules.gateway} drop
    udp dport 53 add @dns_pace {{ ip saddr limit rate over 50/second burst 250 packets }} drop
    {nowhere} tcp dport != {{ 53, 80 }} reject with tcp reset
    {nowhere} udp dport != 53 limit rate 500/second burst 200 packets reject with icmpx port-unreachable
    {nowhere} meta l4proto != {{ tcp, udp }} drop
  }}
"""


def _turn(rules: Rules) -> str:
    """Where questions go: each DNS question to one of our two servers, each captive page to the portal."""
    known = "ip saddr . ether saddr"
    online = f"{known} @online " if rules.internet else ""
    dns = f"meta l4proto {{ tcp, udp }} th dport 53 redirect to :{CAPTIVE_DNS}"
    forwarding = (
        f"meta l4proto {{ tcp, udp }} th dport 53 {online}redirect to :{FORWARDING_DNS}" if online else ""
    )
    captive = f"{known} != @online " if rules.internet else ""
    return f"""
  chain turn {{
    type nat hook prerouting priority dstnat; policy accept;
    iifname "{BRIDGE}" jump turn_attendee
  }}
  chain turn_attendee {{
    {forwarding}
    {dns}
    tcp dport 80 {captive}ip daddr != {rules.gateway} dnat ip to {CAPTIVE_ADDRESS}
  }}
"""


def _enter(rules: Rules) -> str:
    """What reaches the box itself: the uplink is as strange as a phone, the crew's ports are open."""
    crew = "".join(f'\n    iifname "{name}" accept' for name in rules.crew)
    strange = rules.uplink if rules.uplink and rules.uplink not in rules.crew else ""
    refuse = f'\n    iifname "{strange}" jump stranger' if strange else ""
    own = (
        f"""
    udp dport 67 accept
    ip daddr {OWN_ADDRESS} udp dport 53 accept
    ip daddr {OWN_ADDRESS} tcp dport {{ 53, 80, 443 }} accept"""
        if rules.own
        else ""
    )
    return f"""
  chain enter {{
    type filter hook input priority filter; policy accept;
    iifname "{BRIDGE}" jump attendee{crew}{refuse}
  }}
  chain stranger {{
    ct state established,related accept
    udp sport 67 udp dport 68 accept{own}
    ip daddr 224.0.0.251 udp dport 5353 accept
    meta l4proto {{ icmp, ipv6-icmp }} accept
    meta l4proto tcp reject with tcp reset
    reject
  }}
"""


def _attendee(rules: Rules) -> str:
    """From a phone to the box: DHCP, DNS, the portal."""
    own = f"{{ {rules.gateway}, {CAPTIVE_ADDRESS} }}"
    web = "{ 80, 443 }" if rules.tls else "80"
    turned = f"ct original proto-dst 53 th dport {{ {CAPTIVE_DNS}, {FORWARDING_DNS} }}"
    return f"""
  chain attendee {{
    udp dport 67 limit rate over 300/second burst 600 packets drop
    udp dport 67 add @dhcp_pace {{ ether saddr limit rate over 12/minute burst 12 packets }} drop
    udp sport 68 udp dport 67 accept
    ip daddr 224.0.0.251 udp dport 5353 limit rate 100/second accept
    ip daddr != {own} jump refuse
    meta l4proto udp {turned} accept
    ct state established,related accept
    ct state invalid drop
    meta l4proto tcp {turned} add @dns_open {{ ip saddr ct count over 8 }} jump refuse
    meta l4proto tcp {turned} accept
    tcp dport {STAFF_PORT} ip saddr . ether saddr @staff accept
    tcp dport {web} add @new_pace {{ ip saddr limit rate over 20/second burst 100 packets }} jump refuse
    tcp dport {web} add @flows {{ ip saddr ct count over 32 }} jump refuse
    tcp dport {web} accept
    icmp type echo-request limit rate 50/second accept
    jump refuse
  }}
  chain refuse {{
    meta l4proto tcp reject with tcp reset
    limit rate 500/second burst 200 packets reject with icmpx port-unreachable
    drop
  }}
"""


def _pass(rules: Rules) -> str:
    """Through the box: from phones online to the internet, never to each other or the venue; thence none."""
    count_up = "update @used { ip saddr }" if rules.metered else ""
    count_down = "update @used { ip daddr }" if rules.metered else ""
    out = (
        f"""
    ip daddr {_PRIVATE} jump refuse
    ip saddr . ether saddr != @online jump refuse
    oifname != "{rules.uplink}" jump refuse
    ct state new add @out_flows {{ ip saddr ct count over 256 }} jump refuse
    {count_up}
    accept"""
        if rules.internet
        else """
    jump refuse"""
    )
    stranger = rules.uplink if rules.uplink not in rules.crew else ""
    from_venue = f'\n    iifname "{stranger}" oifname != "{BRIDGE}" drop' if stranger else ""
    return f"""
  chain pass {{
    type filter hook forward priority filter; policy accept;{from_venue}
    iifname "{BRIDGE}" jump leave
    oifname "{BRIDGE}" jump come
  }}
  chain leave {{
    oifname "{BRIDGE}" drop{out}
  }}
  chain come {{
    ct state != {{ established, related }} drop
    {count_down}
    accept
  }}
"""


def _masked(rules: Rules) -> str:
    """What leaves bears the box's own address."""
    mask = f'oifname "{rules.uplink}" ip saddr {rules.network} masquerade' if rules.internet else ""
    return f"""
  chain masked {{
    type nat hook postrouting priority srcnat; policy accept;
    {mask}
  }}
"""

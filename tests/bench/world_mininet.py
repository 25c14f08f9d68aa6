# SPDX-License-Identifier: MIT
# Mininet with eight hosts on a Linux bridge, as `mn --switch lxbr --topo
# single,8` makes it, from its making to the first answered ping, in ms.
import sys
import time

from mininet.log import setLogLevel
from mininet.net import Mininet
from mininet.nodelib import LinuxBridge
from mininet.topo import SingleSwitchTopo

setLogLevel("critical")
start = time.perf_counter()
net = Mininet(topo=SingleSwitchTopo(8), switch=LinuxBridge, controller=None,
              waitConnected=False)
net.start()
first, second = net.hosts[:2]
answer = first.cmd("ping -c 1 -i 0.2 -W 9 " + second.IP())
end = time.perf_counter()
net.stop()
if " 0% packet loss" not in answer:
    sys.exit("mininet: no answer: " + answer)
print("%.2f" % ((end - start) * 1e3))

/* SPDX-License-Identifier: MIT */
/* links: rtnetlink by hand. A message is a header, a fixed part, and
 * attributes, some of which hold attributes again. */
#include "labs/world/links.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* A message being built; 512 bytes are twice what the longest needs. */
struct message {
    _Alignas(struct nlmsghdr) uint8_t bytes[512];
    size_t length;
};

/* ---- building ----------------------------------------------------------- */

static void append(struct message *m, const void *data, size_t length)
{
    if (length > 0)
        memcpy(m->bytes + m->length, data, length);
    m->length += NLMSG_ALIGN(length);
}

static void begin(struct message *m, uint16_t type, uint16_t flags)
{
    struct nlmsghdr header = {
        .nlmsg_type = type,
        .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags)};
    memset(m, 0, sizeof(*m));
    append(m, &header, sizeof(header));
}

static void attribute(struct message *m, uint16_t type, const void *data,
                      size_t length)
{
    struct rtattr head = {.rta_len = (uint16_t)(sizeof(head) + length),
                          .rta_type = type};
    append(m, &head, sizeof(head));
    append(m, data, length);
}

/* An attribute that holds others: its length is known at its end. */
static size_t nest(struct message *m, uint16_t type)
{
    size_t at = m->length;
    attribute(m, type, NULL, 0);
    return at;
}

static void nest_end(struct message *m, size_t at)
{
    uint16_t length = (uint16_t)(m->length - at);
    memcpy(m->bytes + at + offsetof(struct rtattr, rta_len), &length,
           sizeof(length));
}

/* ---- asking ------------------------------------------------------------- */

/* The kernel answers each request with an error number, 0 for none. */
static int ask(int links, struct message *m, const char *what,
               const char *which, struct error *error)
{
    _Alignas(struct nlmsghdr) uint8_t answer[1024];
    uint32_t length = (uint32_t)m->length;
    memcpy(m->bytes + offsetof(struct nlmsghdr, nlmsg_len), &length,
           sizeof(length));
    ssize_t n = send(links, m->bytes, m->length, 0);
    if (n >= 0) {
        while ((n = recv(links, answer, sizeof(answer), 0)) < 0 &&
               errno == EINTR)
            ;
    }
    int cause = n < 0 ? errno : EPROTO;
    if (n >= (ssize_t)(sizeof(struct nlmsghdr) + sizeof(struct nlmsgerr))) {
        struct nlmsghdr header;
        struct nlmsgerr verdict;
        memcpy(&header, answer, sizeof(header));
        memcpy(&verdict, answer + NLMSG_HDRLEN, sizeof(verdict));
        if (header.nlmsg_type == NLMSG_ERROR)
            cause = -verdict.error;
    }
    if (cause == 0)
        return 0;
    return error_set_errno(error, ERROR_LOCAL, cause,
                           "making a world: %s %s is refused", what, which);
}

int links_open(struct error *error)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making a world: a netlink socket is refused");
    return fd;
}

int links_cable(int links, const struct cable *cable, struct error *error)
{
    struct message m;
    struct ifinfomsg near = {
        .ifi_index = cable->index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
    /* Not up yet: an end that is up before the other exists is refused. */
    struct ifinfomsg far = {.ifi_index = LINKS_HOST_INDEX};
    begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    append(&m, &near, sizeof(near));
    attribute(&m, IFLA_IFNAME, cable->name, strlen(cable->name) + 1);
    size_t info = nest(&m, IFLA_LINKINFO);
    attribute(&m, IFLA_INFO_KIND, "veth", strlen("veth"));
    size_t data = nest(&m, IFLA_INFO_DATA), peer = nest(&m, VETH_INFO_PEER);
    append(&m, &far, sizeof(far));
    attribute(&m, IFLA_IFNAME, "eth0", sizeof("eth0"));
    attribute(&m, IFLA_ADDRESS, cable->mac, sizeof(cable->mac));
    attribute(&m, IFLA_NET_NS_FD, &cable->host_net_fd,
              sizeof(cable->host_net_fd));
    nest_end(&m, peer);
    nest_end(&m, data);
    nest_end(&m, info);
    return ask(links, &m, "a veth pair for", cable->name, error);
}

static int bring_up(int links, int index, const char *address,
                    struct error *error)
{
    struct message m;
    struct ifinfomsg head = {
        .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
    begin(&m, RTM_NEWLINK, 0);
    append(&m, &head, sizeof(head));
    return ask(links, &m, "an interface at", address, error);
}

int links_address(int links, const char *address, struct error *error)
{
    struct message m;
    struct in_addr ip, all;
    struct ifaddrmsg head = {.ifa_family = AF_INET,
                             .ifa_prefixlen = 24,
                             .ifa_index = LINKS_HOST_INDEX};
    inet_pton(AF_INET, address, &ip);
    all.s_addr = ip.s_addr | htonl(0xff);
    begin(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    append(&m, &head, sizeof(head));
    attribute(&m, IFA_LOCAL, &ip, sizeof(ip));
    attribute(&m, IFA_ADDRESS, &ip, sizeof(ip));
    attribute(&m, IFA_BROADCAST, &all, sizeof(all));
    int result = ask(links, &m, "the address", address, error);
    if (result == 0)
        result = bring_up(links, 1, address, error);
    if (result == 0)
        result = bring_up(links, LINKS_HOST_INDEX, address, error);
    return result;
}

int links_no_offload(int links, struct error *error)
{
    struct ethtool_value off = {.cmd = ETHTOOL_STXCSUM, .data = 0};
    struct ifreq request = {.ifr_name = "eth0"};
    request.ifr_data = (void *)&off;
    if (ioctl(links, SIOCETHTOOL, &request) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making a world: turning checksum offload off "
                               "is refused");
    return 0;
}

#include "ftp/ftp.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
void ftp_port_write(char text[FTP_ADDRESS_MAX],
                    const struct sockaddr_storage *a)
{
    const struct sockaddr_in *v = (const void *)a;
    const unsigned char *b = (const void *)&v->sin_addr;
    unsigned p = ntohs(v->sin_port);
    snprintf(text, FTP_ADDRESS_MAX, "%u,%u,%u,%u,%u,%u", b[0], b[1], b[2], b[3],
             p >> 8, p & 255);
}
void ftp_epsv_write(char text[FTP_ADDRESS_MAX], uint16_t port)
{
    snprintf(text, FTP_ADDRESS_MAX, "|||%u|", port);
}
int ftp_port_read(struct sockaddr_storage *address, struct span a,
                  struct error *e)
{
    (void)e;
    unsigned v[6];
    char b[80];
    snprintf(b, 80, "%.*s", (int)a.length, a.data);
    if (sscanf(b, "%u,%u,%u,%u,%u,%u", v, v + 1, v + 2, v + 3, v + 4, v + 5) !=
        6)
        return -7;
    memset(address, 0, sizeof *address);
    struct sockaddr_in *s = (void *)address;
    s->sin_family = AF_INET;
    s->sin_addr.s_addr = htonl(v[0] << 24 | v[1] << 16 | v[2] << 8 | v[3]);
    s->sin_port = htons((uint16_t)(v[4] * 256 + v[5]));
    return 0;
}
int ftp_eprt_read(struct sockaddr_storage *address, struct span a,
                  struct error *e)
{
    (void)e;
    char h[80];
    unsigned p;
    char b[80];
    int f;
    snprintf(b, 80, "%.*s", (int)a.length, a.data);
    if (sscanf(b, "|%d|%79[^|]|%u|", &f, h, &p) != 3)
        return -7;
    memset(address, 0, sizeof *address);
    if (f == 1) {
        struct sockaddr_in *s = (void *)address;
        s->sin_family = AF_INET;
        inet_pton(AF_INET, h, &s->sin_addr);
        s->sin_port = htons((uint16_t)p);
    } else if (f == 2) {
        struct sockaddr_in6 *s = (void *)address;
        s->sin6_family = AF_INET6;
        inet_pton(AF_INET6, h, &s->sin6_addr);
        s->sin6_port = htons((uint16_t)p);
    } else
        return -ERROR_REFUSED;
    return 0;
}
void ftp_time_write(char text[FTP_TIME_MAX], time_t when)
{
    struct tm t;
    gmtime_r(&when, &t);
    strftime(text, FTP_TIME_MAX, "%Y%m%d%H%M%S", &t);
}
size_t ftp_ascii_to_wire(struct ftp_ascii *x, struct span in, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < in.length; i++) {
        if (in.data[i] == '\n' && !x->cr)
            out[n++] = '\r';
        out[n++] = in.data[i];
        x->cr = in.data[i] == '\r';
    }
    return n;
}
size_t ftp_ascii_from_wire(struct ftp_ascii *x, struct span in, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < in.length; i++) {
        if (x->cr && in.data[i] != '\n')
            out[n++] = '\r';
        x->cr = in.data[i] == '\r';
        if (!x->cr)
            out[n++] = in.data[i];
    }
    return n;
}
size_t ftp_ascii_end(struct ftp_ascii *x, char *out)
{
    if (!x->cr)
        return 0;
    *out = '\r';
    return 1;
}

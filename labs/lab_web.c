/* SPDX-License-Identifier: MIT */
/*
 * lab_web: the site of the labs, made from the parameters, and its server.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/output.h"
#include "labs/lab_run.h"

#define SITE "site"
#define ARGUMENTS_MAX 64

int lab_file_write(const char *path, const void *data, size_t length,
                   struct error *error)
{
    struct output *output;

    if (output_open(&output, path, OUTPUT_FRESH, error) < 0)
        return -(int)error->class;
    if (output_write(output, data, length, error) < 0) {
        output_abandon(output);
        return -(int)error->class;
    }
    return output_commit(output, error);
}

/* The page names three objects, as real pages do, and is filled up with a
 * comment to the size that the parameters ask for. */
static int page_write_html(struct lab_run *run, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    char html[8192];
    int column,
        length = snprintf(
            html, sizeof(html),
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
            "<meta charset=\"utf-8\">\n<title>%s</title>\n"
            "<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n"
            "<img src=\"/logo.svg\" alt=\"\">\n<h1>%s</h1>\n<p>%s</p>\n"
            "<img src=\"/picture.bmp\" alt=\"a picture of noise\">\n"
            "</body>\n</html>\n<!-- ",
            p->page_title, p->page_title, p->page_text);

    for (column = 5; (size_t)length + 5 < p->page_bytes &&
                     (size_t)length + 5 < sizeof(html);
         column++)
        html[length++] = column % 72 == 0 ? '\n' : '.';
    memcpy(html + length, " -->\n", 5);
    return lab_file_write(lab_path(run, SITE "/index.html"), html,
                          (size_t)length + 5, error);
}

static int style_and_logo_write(struct lab_run *run, struct error *error)
{
    static const char css[] = "body { font-family: sans-serif; margin: 2em; }\n"
                              "h1 { color: #0b6e4f; }\n";
    static const char svg[] =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"40\">"
        "<circle cx=\"20\" cy=\"20\" r=\"18\" fill=\"#0b6e4f\"/></svg>\n";

    if (lab_file_write(lab_path(run, SITE "/style.css"), css, sizeof(css) - 1,
                       error) < 0)
        return -(int)error->class;
    return lab_file_write(lab_path(run, SITE "/logo.svg"), svg, sizeof(svg) - 1,
                          error);
}

static void put32(unsigned char *bytes, uint32_t value)
{
    int i;

    for (i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
}

/* A grey picture 64 pixels wide, as high as the size asks for: the two headers
 * of a BMP file, a palette of 256 greys, then a byte a pixel. */
static int picture_write(struct lab_run *run, struct error *error)
{
    enum { WIDTH = 64, HEADERS = 54, PALETTE = 1024 };
    size_t rows = lab_parameters(run)->image_bytes / WIDTH, i;
    size_t length = HEADERS + PALETTE + rows * WIDTH;
    unsigned char *bmp = calloc(1, length);
    int result;

    if (!bmp)
        return error_set(error, ERROR_LOCAL, "no memory for the picture");
    memcpy(bmp, "BM", 2);
    put32(bmp + 2, (uint32_t)length);
    /* Where the pixels begin; then the second header, which begins with its
     * own size, and says the picture's, one plane, and eight bits a pixel. */
    put32(bmp + 10, HEADERS + PALETTE);
    put32(bmp + 14, 40);
    put32(bmp + 18, WIDTH);
    put32(bmp + 22, (uint32_t)rows);
    bmp[26] = 1;
    bmp[28] = 8;
    for (i = 0; i < 256; i++)
        memset(bmp + HEADERS + 4 * i, (int)i, 3);
    for (i = 0; i < rows * WIDTH; i++)
        bmp[HEADERS + PALETTE + i] = (unsigned char)((i * i / 7 + i) & 0xFF);
    result =
        lab_file_write(lab_path(run, SITE "/picture.bmp"), bmp, length, error);
    free(bmp);
    return result;
}

static int site_make(struct lab_run *run, struct error *error)
{
    const char *folder = lab_path(run, SITE);

    if (mkdir(folder, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "the folder %s can't be made", folder);
    if (page_write_html(run, error) < 0 || style_and_logo_write(run, error) < 0)
        return -(int)error->class;
    return picture_write(run, error);
}

/* Starts http-server on `host` with the arguments so far, then "--listen" and
 * the address, then `more`. */
static int server_start(struct lab_run *run, const char *host, uint16_t port,
                        const char *const *first, const char *const *more,
                        struct error *error)
{
    const char *argv[ARGUMENTS_MAX + 1];
    char listen[80];
    size_t count = 0;

    snprintf(listen, sizeof(listen), "%s:%u", world_address(run->world, host),
             (unsigned)world_port(run->world, port));
    for (; *first; first++)
        argv[count++] = *first;
    argv[count++] = "--listen";
    argv[count++] = listen;
    for (; more && *more; more++) {
        if (count == ARGUMENTS_MAX)
            return error_set(error, ERROR_USAGE, "too many arguments");
        argv[count++] = *more;
    }
    argv[count] = NULL;
    return world_start(run->world, host, argv, error) < 0 ? -(int)error->class
                                                          : 0;
}

int lab_start_web(struct lab_run *run, const char *const *more,
                  struct error *error)
{
    const char *first[] = {"http-server", "--root", lab_path(run, SITE), NULL};

    if (site_make(run, error) < 0)
        return -(int)error->class;
    return server_start(run, "web", 80, first, more, error);
}

int lab_start_gateway(struct lab_run *run, uint16_t port, const char *backend,
                      const char *const *more, struct error *error)
{
    char web[80];
    const char *first[] = {"http-server",           "--gateway",
                           backend ? backend : web, "--gateway-name",
                           "proxy.example.test",    NULL};

    snprintf(web, sizeof(web), "http://%s:%u", world_address(run->world, "web"),
             (unsigned)world_port(run->world, 80));
    return server_start(run, "proxy", port, first, more, error);
}

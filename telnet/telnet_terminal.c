/* SPDX-License-Identifier: MIT */
/*
 * telnet_terminal: modes, and the handlers that undo them.
 *
 * What a handler may call is little; tcsetattr(3), sigaction(2) and raise(3)
 * are allowed to it (signal-safety(7)), and are all that is needed.
 */
#include "telnet/telnet_terminal.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

/* What ends us, or stops us for a while. */
static const int ends[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGTSTP,
                           SIGABRT, SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,
                           SIGPIPE, SIGALRM, SIGXCPU, SIGXFSZ};
enum { ENDS = sizeof(ends) / sizeof(ends[0]) };

static struct {
    volatile sig_atomic_t open, resized;
    int fd;
    struct termios ours, modes[3];
    volatile sig_atomic_t mode;
    struct sigaction before[ENDS], cont, winch, ttou;
    sigset_t mask; /* as it was: SIGWINCH may come */
} terminal;

static void apply(enum telnet_terminal_mode mode)
{
    tcsetattr(terminal.fd, TCSANOW, &terminal.modes[mode]);
}

/* The terminal first, then what the signal would have done without us. To be
 * stopped is not the end: SIGCONT sets the mode again. */
static void on_end(int number)
{
    int kept = errno;

    apply(TELNET_TERMINAL_OURS);
    if (number == SIGTSTP) {
        raise(SIGSTOP);
    } else {
        signal(number, SIG_DFL);
        raise(number);
    }
    errno = kept;
}

static void on_continue(int number)
{
    int kept = errno;

    (void)number;
    apply((enum telnet_terminal_mode)terminal.mode);
    errno = kept;
}

static void on_resize(int number)
{
    (void)number;
    terminal.resized = 1;
}

/* ---- the modes ---------------------------------------------------------- */

/* NOTE(telnet-raw): raw is what the far end wants when it echoes: no key means
 * anything here, Ctrl-C neither. */
static void make_modes(void)
{
    struct termios *lines = &terminal.modes[TELNET_TERMINAL_LINES];
    struct termios *raw = &terminal.modes[TELNET_TERMINAL_RAW];

    for (int i = 0; i < 3; i++)
        terminal.modes[i] = terminal.ours;
    lines->c_lflag |= ICANON | ECHO | ISIG;
    lines->c_iflag |= ICRNL;
    lines->c_cc[VEOL] = TELNET_ESCAPE;
    cfmakeraw(raw);
    raw->c_cc[VMIN] = 1;
    raw->c_cc[VTIME] = 0;
}

/* A signal that was ignored before, as under nohup(1), stays ignored. */
static void catch_one(int number, void (*handler)(int),
                      struct sigaction *before)
{
    struct sigaction action = {.sa_handler = handler};

    sigaction(number, NULL, before);
    if (before->sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

int telnet_terminal_open(int fd, struct error *error)
{
    struct sigaction action = {.sa_handler = on_resize};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t winch;

    if (tcgetattr(fd, &terminal.ours) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "the terminal");
    terminal.fd = fd;
    terminal.mode = TELNET_TERMINAL_OURS;
    terminal.resized = 0;
    make_modes();
    sigemptyset(&winch);
    sigaddset(&winch, SIGWINCH);
    sigprocmask(SIG_BLOCK, &winch, &terminal.mask);
    for (size_t i = 0; i < ENDS; i++)
        catch_one(ends[i], on_end, &terminal.before[i]);
    catch_one(SIGCONT, on_continue, &terminal.cont);
    sigaction(SIGWINCH, &action, &terminal.winch);
    /* Who was put into the background may give the terminal back all the
     * same. */
    sigaction(SIGTTOU, &ignore, &terminal.ttou);
    terminal.open = 1;
    return 0;
}

void telnet_terminal_set(enum telnet_terminal_mode mode)
{
    if (!terminal.open || terminal.mode == (sig_atomic_t)mode)
        return;
    terminal.mode = (sig_atomic_t)mode;
    apply(mode);
}

void telnet_terminal_close(void)
{
    if (!terminal.open)
        return;
    terminal.open = 0;
    terminal.mode = TELNET_TERMINAL_OURS;
    apply(TELNET_TERMINAL_OURS);
    for (size_t i = 0; i < ENDS; i++)
        sigaction(ends[i], &terminal.before[i], NULL);
    sigaction(SIGCONT, &terminal.cont, NULL);
    sigaction(SIGWINCH, &terminal.winch, NULL);
    sigaction(SIGTTOU, &terminal.ttou, NULL);
    sigprocmask(SIG_SETMASK, &terminal.mask, NULL);
}

bool telnet_terminal_size(int fd, unsigned *columns, unsigned *rows)
{
    struct winsize size;

    if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return false;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return true;
}

bool telnet_terminal_resized(void)
{
    bool resized = terminal.resized != 0;

    terminal.resized = 0;
    return resized;
}

const sigset_t *telnet_terminal_mask(void)
{
    return &terminal.mask;
}

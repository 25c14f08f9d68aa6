/* SPDX-License-Identifier: MIT */
/* lab_shell: the home directory that everybody finds. It is all there is. */
#include <stddef.h>

#include "common/lab_shell.h"

#define DAY(n) \
    (INT64_C(1751360400) + INT64_C(86400) * INT64_C(n)) /* of July 2025 */

const struct lab_shell_file lab_shell_home[] = {
    {".profile", "# Nothing reads this file.\nPATH=/nowhere\n", DAY(0)},
    {"README.txt",
     "This home directory is made up. It is the same for everybody, it\n"
     "can't be changed, and it is gone when you leave.\n"
     "\n"
     "What is real is the way here: every key that you press and every\n"
     "letter that you read has passed the network. Who could read it?\n",
     DAY(1)},
    {"diary.txt",
     "Monday.  Moved to the new machine. Telnet works at once, how easy.\n"
     "Tuesday. Somebody in the next room knew what I was going to buy for\n"
     "         the party. I had told nobody. I had only typed it.\n"
     "Friday.  The administrator says I should use the other port.\n",
     DAY(4)},
    {"letters", NULL, DAY(5)},
    {"letters/bob.txt",
     "Dear Bob,\n"
     "the party is on Saturday at eight. It is a surprise, so not a word!\n"
     "Yours, as ever\n",
     DAY(5)},
    {"notes", NULL, DAY(6)},
    {"notes/errands.txt",
     "- buy candles\n"
     "- read RFC 854 to the end\n"
     "- change my password (how? over which wire?)\n",
     DAY(6)},
    {"notes/ports.txt",
     "21  FTP     control\n"
     "22  SSH     everything after the key exchange is sealed\n"
     "23  Telnet  nothing is\n"
     "25  SMTP    from one mail server to the next\n"
     "80  HTTP\n",
     DAY(2)},
    {NULL, NULL, 0}};

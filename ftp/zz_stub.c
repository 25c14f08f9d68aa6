#include "ftp/ftp.h"
void ftp_time_write(char text[FTP_TIME_MAX], time_t when) { (void)when; text[0] = 0; }

/* SPDX-License-Identifier: MIT */
/*
 * smtp_queue_private: what smtp_queue.c and smtp_spool.c share.
 */
#ifndef SMTP_SMTP_QUEUE_PRIVATE_H
#define SMTP_SMTP_QUEUE_PRIVATE_H

#include "smtp/smtp_queue.h"

#define SMTP_QUEUE_MESSAGE ".message"
#define SMTP_QUEUE_ENVELOPE ".envelope"
#define SMTP_QUEUE_NEW ".new"

/* "FOLDER/IDsuffix". */
int smtp_queue_path(const struct smtp_queue *queue, char path[PATH_MAX],
                    const char *id, const char *suffix, struct error *error);
/* errno, with the path it is about. */
int smtp_queue_failed(const char *path, struct error *error);

#endif

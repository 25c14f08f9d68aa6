/* SPDX-License-Identifier: MIT */
/*
 * service_private: what service.c and service_listen.c share; nobody else
 * includes it.
 */
#ifndef COMMON_SERVICE_PRIVATE_H
#define COMMON_SERVICE_PRIVATE_H

#include "common/service.h"

/* Marks all listeners closed; where there are none, adds 127.0.0.1 at the
 * standard port. */
void service_no_listeners(struct service *service);
/* Binds all of them, then says "ready ADDR:PORT" for each. ERROR_USAGE,
 * ERROR_LOCAL. */
int service_listen(struct service *service, struct error *error);
void service_close_listeners(struct service *service);

#endif

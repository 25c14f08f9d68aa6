/* SPDX-License-Identifier: MIT */
/* certificate: what a server needs to speak TLS, made by openssl(1). */
#include <stdio.h>

#include "tests/harness.h"

void test_certificate(struct test_certificate *made)
{
    const char *const argv[] = {"openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:P-256",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=localhost",
                                "-addext",
                                "subjectAltName=IP:127.0.0.1,DNS:localhost",
                                "-keyout",
                                made->key,
                                "-out",
                                made->cert,
                                NULL};
    struct test_run run;

    snprintf(made->cert, sizeof(made->cert), "%s", test_path("cert.pem"));
    snprintf(made->key, sizeof(made->key), "%s", test_path("key.pem"));
    test_run(&run, 30, argv);
    CU_ASSERT_EQUAL_FATAL(run.status, 0);
    test_run_free(&run);
}

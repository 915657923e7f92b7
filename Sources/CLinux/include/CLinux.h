// Linux calls and macros that Swift's C importer does not see.
#ifndef SELECTORD_CLINUX_H
#define SELECTORD_CLINUX_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/epoll.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/un.h>
#include <sys/file.h>
#include <sys/random.h>
#endif

/*
 * Our own `bind`, `accept` and `getsockname`, found by librdkafka before those of the C library because the
 * executable exports them.
 *
 * Why: librdkafka 2.0.2 has no setting for what its mock cluster lacks.
 * - It listens on whatever port the system picks. A client that knew the old address never
 *   recovers from a restart, so the port has to be ours.
 * - It accepts connections without TCP_NODELAY. A produce-and-wait cycle then takes 48 ms
 *   (delayed acknowledgement) instead of 5 ms.
 * And while its topics are not made yet, nobody may connect: a client that is quicker would have
 * them made by the cluster, with another number of partitions.
 * `getsockname` is ours for drills: a proxy can only stand before a broker that names the proxy's
 * port in its metadata, as `advertised.listeners` does elsewhere.
 * Only this development tool may do so; docs/decisions/0003-embedded-broker-sockets.md weighs it.
 */
#define _GNU_SOURCE
#include "BrokerSockets.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int held[BROKER_SOCKETS_MAX];
static unsigned first, last;
static uint16_t held_from, advertised_from;
static atomic_bool is_open;

void broker_sockets_open(void) { atomic_store(&is_open, true); }

unsigned broker_sockets_held(void) { return last - first; }

/* The C library's function of this name; without it nothing here can work. */
static void *behind(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (function == NULL) abort();
  return function;
}

void broker_sockets_advertise(uint16_t first_port) { advertised_from = first_port; }

/* The ports are taken before the mock cluster is made: refused a port, it aborts the process. */
int broker_sockets_hold(uint16_t first_port, unsigned count) {
  int (*real)(int, const struct sockaddr *, socklen_t) = behind("bind");
  held_from = first_port;
  for (; last < count; last++) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(first_port + last)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1;
    held[last] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (held[last] < 0) return errno;
    /* Connections of the process before us may linger; a live listener is refused all the same. */
    setsockopt(held[last], SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (real(held[last], (struct sockaddr *)&address, sizeof address) != 0) return errno;
    if (listen(held[last], SOMAXCONN) != 0) return errno;
  }
  return 0;
}

int bind(int socket, const struct sockaddr *address, socklen_t length) {
  int (*real)(int, const struct sockaddr *, socklen_t) = behind("bind");
  if (first == last || address->sa_family != AF_INET ||
      ((const struct sockaddr_in *)address)->sin_port != 0)
    return real(socket, address, length);
  int taken = held[first++], result = dup2(taken, socket);
  close(taken);
  return result < 0 ? -1 : 0;
}

int accept(int socket, struct sockaddr *address, socklen_t *length) {
  int (*real)(int, struct sockaddr *, socklen_t *) = behind("accept");
  int accepted = real(socket, address, length), one = 1;
  if (accepted >= 0 && !atomic_load(&is_open)) {
    /* To the client this is a broker that is not there yet: it comes again. */
    close(accepted);
    errno = ECONNABORTED;
    return -1;
  }
  if (accepted >= 0) setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return accepted;
}

/* The mock cluster asks this about its listeners only, and tells clients what it hears. */
int getsockname(int socket, struct sockaddr *address, socklen_t *length) {
  int (*real)(int, struct sockaddr *, socklen_t *) = behind("getsockname");
  int result = real(socket, address, length);
  if (result != 0 || advertised_from == 0 || address->sa_family != AF_INET) return result;
  struct sockaddr_in *found = (struct sockaddr_in *)address;
  unsigned place = ntohs(found->sin_port) - held_from;
  if (place < last) found->sin_port = htons(advertised_from + place);
  return 0;
}

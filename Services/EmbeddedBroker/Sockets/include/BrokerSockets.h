#ifndef BROKER_SOCKETS_H
#define BROKER_SOCKETS_H

#include <stdint.h>

/// How many ports can be held.
#define BROKER_SOCKETS_MAX 9

/// Listens at 127.0.0.1 on `count` ports from `first_port` on. The next listeners that ask for
/// "any port" get these, in order. Returns 0, or the `errno` of the port that was refused.
/// Call it once, while there is one thread only, with `count` at most `BROKER_SOCKETS_MAX`.
int broker_sockets_hold(uint16_t first_port, unsigned count);

/// Has the held listeners named to clients as if they stood at `first_port` and above, where a proxy
/// forwards to them. Call it once, before the mock cluster is made.
void broker_sockets_advertise(uint16_t first_port);

/// How many of the held ports nobody has taken over. Not zero after the mock cluster was made
/// means that our `bind` was never asked: the executable was linked without exporting it.
unsigned broker_sockets_held(void);

/// Lets clients in. Until then every connection is closed as soon as it is made.
void broker_sockets_open(void);

#endif

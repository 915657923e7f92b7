// Linux calls and macros that Swift's C importer does not see, and batches of packets in one call.
#ifndef SELECTORD_CLINUX_H
#define SELECTORD_CLINUX_H
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/un.h>
#include <sys/file.h>
#include <sys/random.h>

// An address and a port in host order. An IPv4 address stands in the first four bytes, the others are zero.
typedef struct {
  uint8_t address[16];
  uint16_t port;
  uint8_t isV6;
} linux_endpoint;

// One packet, to be sent to or received from `peer`.
typedef struct {
  uint8_t *bytes;
  uint32_t length;
  // Received only: the packet was longer than the buffer.
  uint32_t wasCut;
  linux_endpoint peer;
} linux_packet;

// The most packets of one call.
enum { linux_batch = 64 };

// Opens a non-blocking UDP socket on a random port that reports ICMP errors. A file descriptor, or -errno.
int linux_udp_open(int isV6, int receiveBuffer);
// Sends up to linux_batch packets in one call. With `mayJoin`, neighbours of one length to one peer go through the kernel as one,
// which cuts them apart again at the end (UDP_SEGMENT). How many were sent, or -errno for the first.
int linux_udp_send(int socket, const linux_packet *packets, int count, int mayJoin);
// Whether the kernel can do that.
int linux_udp_can_join(void);
// Receives up to linux_batch packets of up to `capacity` bytes in one call. How many came, 0 for none, or -errno.
int linux_udp_receive(int socket, linux_packet *packets, int count, uint32_t capacity);
// Takes one ICMP error off the socket: `packet` gets what had been sent and to whom. The errno, 0 where there is none.
int linux_udp_error(int socket, linux_packet *packet, uint32_t capacity);
// Begins to connect a non-blocking TCP socket. A file descriptor, or -errno.
int linux_tcp_connect(const linux_endpoint *peer);
// Binds a non-blocking UDP socket to an address and port, or a TCP socket that listens there. A file descriptor, or -errno.
int linux_listen(const linux_endpoint *place, int isStream);
// Takes one connection that waits, as a non-blocking socket. A file descriptor, or -errno.
int linux_accept(int socket, linux_endpoint *peer);
// Receives what is there of a stream. The number of bytes, 0 at its end, or -errno.
long linux_stream_receive(int socket, uint8_t *bytes, long count);
// The pending error of a socket, 0 for none.
int linux_socket_error(int socket);
// Gives the calling thread a name of up to 15 bytes, for `top -H` and debuggers.
void linux_name_thread(const char *name);
// Sends without raising SIGPIPE. The number of bytes, or -errno.
long linux_stream_send(int socket, const uint8_t *bytes, long count);

#endif

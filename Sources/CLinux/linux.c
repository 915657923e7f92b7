// The calls behind CLinux.h: each is one system call with its arguments put into the kernel's form.
// The header does not define _GNU_SOURCE: it changes structs that other C modules of the program see without it.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

// Since Linux 4.18; not in the headers of every C library.
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif

static socklen_t to_kernel(const linux_endpoint *endpoint, struct sockaddr_storage *storage) {
  if (endpoint->isV6) {
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)storage;
    memset(six, 0, sizeof *six);
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(endpoint->port);
    memcpy(&six->sin6_addr, endpoint->address, 16);
    return sizeof *six;
  }
  struct sockaddr_in *four = (struct sockaddr_in *)storage;
  memset(four, 0, sizeof *four);
  four->sin_family = AF_INET;
  four->sin_port = htons(endpoint->port);
  memcpy(&four->sin_addr, endpoint->address, 4);
  return sizeof *four;
}

static void from_kernel(const struct sockaddr_storage *storage, linux_endpoint *endpoint) {
  memset(endpoint, 0, sizeof *endpoint);
  if (storage->ss_family == AF_INET6) {
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)storage;
    endpoint->isV6 = 1;
    endpoint->port = ntohs(six->sin6_port);
    memcpy(endpoint->address, &six->sin6_addr, 16);
  } else if (storage->ss_family == AF_INET) {
    const struct sockaddr_in *four = (const struct sockaddr_in *)storage;
    endpoint->port = ntohs(four->sin_port);
    memcpy(endpoint->address, &four->sin_addr, 4);
  }
}

int linux_udp_open(int isV6, int receiveBuffer) {
  int family = isV6 ? AF_INET6 : AF_INET;
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int on = 1;
  // Where the limit of the system is lower, as much as it gives will do.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receiveBuffer, sizeof receiveBuffer) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
  if (isV6)
    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
  else
    setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
  // Port 0: the kernel takes a random free one of its range.
  linux_endpoint any = {.isV6 = (uint8_t)isV6};
  struct sockaddr_storage storage;
  socklen_t length = to_kernel(&any, &storage);
  if (bind(fd, (struct sockaddr *)&storage, length) < 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

static int same_peer(const linux_endpoint *one, const linux_endpoint *other) {
  return one->port == other->port && one->isV6 == other->isV6 && memcmp(one->address, other->address, 16) == 0;
}

int linux_udp_send(int socket, const linux_packet *packets, int count, int mayJoin) {
  struct mmsghdr messages[linux_batch];
  struct iovec parts[linux_batch];
  struct sockaddr_storage peers[linux_batch];
  union {
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
    struct cmsghdr align;
  } control[linux_batch];
  int ends[linux_batch];
  if (count > linux_batch) count = linux_batch;
  int joined = 0;
  for (int start = 0; start < count;) {
    int end = start;
    do {
      parts[end] = (struct iovec){.iov_base = packets[end].bytes, .iov_len = packets[end].length};
      end++;
    } while (mayJoin && end < count && packets[end].length == packets[start].length &&
             same_peer(&packets[end].peer, &packets[start].peer));
    struct msghdr *header = &messages[joined].msg_hdr;
    *header = (struct msghdr){.msg_name = &peers[joined], .msg_namelen = to_kernel(&packets[start].peer, &peers[joined]),
                              .msg_iov = &parts[start], .msg_iovlen = (size_t)(end - start)};
    if (end - start > 1) {
      header->msg_control = control[joined].bytes;
      header->msg_controllen = sizeof control[joined].bytes;
      struct cmsghdr *segment = CMSG_FIRSTHDR(header);
      segment->cmsg_level = SOL_UDP;
      segment->cmsg_type = UDP_SEGMENT;
      segment->cmsg_len = CMSG_LEN(sizeof(uint16_t));
      uint16_t length = (uint16_t)packets[start].length;
      memcpy(CMSG_DATA(segment), &length, sizeof length);
    }
    ends[joined++] = start = end;
  }
  int sent = sendmmsg(socket, messages, (unsigned)joined, 0);
  return sent < 0 ? -errno : sent == 0 ? 0 : ends[sent - 1];
}

int linux_udp_can_join(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return 0;
  int length = 100;
  int can = setsockopt(fd, SOL_UDP, UDP_SEGMENT, &length, sizeof length) == 0;
  close(fd);
  return can;
}

int linux_udp_receive(int socket, linux_packet *packets, int count, uint32_t capacity) {
  struct mmsghdr messages[linux_batch];
  struct iovec parts[linux_batch];
  struct sockaddr_storage peers[linux_batch];
  if (count > linux_batch) count = linux_batch;
  for (int i = 0; i < count; i++) {
    parts[i] = (struct iovec){.iov_base = packets[i].bytes, .iov_len = capacity};
    messages[i] = (struct mmsghdr){
      .msg_hdr = {.msg_name = &peers[i], .msg_namelen = sizeof peers[i], .msg_iov = &parts[i], .msg_iovlen = 1}};
  }
  int came = recvmmsg(socket, messages, (unsigned)count, MSG_DONTWAIT, 0);
  if (came < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
  for (int i = 0; i < came; i++) {
    packets[i].length = messages[i].msg_len;
    packets[i].wasCut = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
    from_kernel(&peers[i], &packets[i].peer);
  }
  return came;
}

int linux_udp_error(int socket, linux_packet *packet, uint32_t capacity) {
  struct sockaddr_storage peer;
  struct iovec part = {.iov_base = packet->bytes, .iov_len = capacity};
  union {
    char bytes[512];
    struct cmsghdr align;
  } control;
  struct msghdr message = {.msg_name = &peer, .msg_namelen = sizeof peer, .msg_iov = &part, .msg_iovlen = 1,
                           .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  memset(&peer, 0, sizeof peer);
  ssize_t length = recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
  if (length < 0) return 0;
  packet->length = (uint32_t)length;
  packet->wasCut = (message.msg_flags & MSG_TRUNC) != 0;
  from_kernel(&peer, &packet->peer);
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
    if ((part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) ||
        (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR)) {
      struct sock_extended_err error;
      memcpy(&error, CMSG_DATA(part), sizeof error);
      if (error.ee_errno) return (int)error.ee_errno;
    }
  }
  return EIO;
}

int linux_tcp_connect(const linux_endpoint *peer) {
  int fd = socket(peer->isV6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct sockaddr_storage storage;
  socklen_t length = to_kernel(peer, &storage);
  if (connect(fd, (struct sockaddr *)&storage, length) < 0 && errno != EINPROGRESS) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

int linux_listen(const linux_endpoint *place, int isStream) {
  int fd = socket(place->isV6 ? AF_INET6 : AF_INET, (isStream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int on = 1;
  // A restart need not wait for the connections of the process before; IPv4 has a socket of its own.
  if (isStream) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (place->isV6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  struct sockaddr_storage storage;
  socklen_t length = to_kernel(place, &storage);
  if (bind(fd, (struct sockaddr *)&storage, length) < 0 || (isStream && listen(fd, 16) < 0)) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

int linux_accept(int socket, linux_endpoint *peer) {
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  memset(&storage, 0, sizeof storage);
  int fd = accept4(socket, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return -errno;
  from_kernel(&storage, peer);
  return fd;
}

long linux_stream_receive(int socket, uint8_t *bytes, long count) {
  ssize_t came = recv(socket, bytes, (size_t)count, MSG_DONTWAIT);
  return came < 0 ? -errno : came;
}

int linux_socket_error(int socket) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
  return error;
}

long linux_stream_send(int socket, const uint8_t *bytes, long count) {
  ssize_t sent = send(socket, bytes, (size_t)count, MSG_NOSIGNAL);
  return sent < 0 ? -errno : sent;
}

void linux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

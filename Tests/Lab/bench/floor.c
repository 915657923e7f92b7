// The least that asking can cost: questions made before the clock starts, one loop, and of each answer no more than what cannot be
// left out: the id, the question, a walk over its records, one hash, one comparison.
//
//   floor mmsg|gso|tcp NAMES [-p PORT] [-w WINDOW] [-b BATCH] [-k CONNECTIONS]
//
// mmsg: sendmmsg and recvmmsg; gso: packets of one length joined (UDP_SEGMENT); tcp: pipelined. Prints questions a second and
// CPU seconds for a million.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { most_batch = 1024, most_connections = 16, room = 1500 };

struct question {
  uint8_t *bytes;
  uint16_t length;
  uint64_t hash;
};

static struct question *questions;
static long count, sent, got, wrong, changed;
static int port = 5300, window = 1000, batch = 64, connections = 1;
static uint32_t asked_by[65536]; // the question that an id was used for last
static uint16_t next_id;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static int by_length(const void *one, const void *other) {
  return (int)((const struct question *)one)->length - (int)((const struct question *)other)->length;
}

static void load(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) { perror(path); exit(65); }
  char *line = NULL;
  size_t size = 0;
  long places = 0;
  for (ssize_t length; (length = getline(&line, &size, file)) > 0;) {
    line[strcspn(line, "\n")] = 0;
    if (count == places) questions = realloc(questions, (places = places ? 2 * places : 1024) * sizeof *questions);
    uint8_t *bytes = calloc(1, strlen(line) + 32), *end = bytes + 12;
    bytes[2] = 1;
    bytes[5] = 1;
    bytes[11] = 1; // the OPT record
    for (char *label = strtok(line, "."); label; label = strtok(NULL, ".")) {
      *end++ = (uint8_t)strlen(label);
      memcpy(end, label, strlen(label));
      end += strlen(label);
    }
    memcpy(end, "\0\0\x10\0\x01" "\0\0\x29\x04\xd0\0\0\0\0\0\0", 16);
    questions[count++] = (struct question){.bytes = bytes, .length = (uint16_t)(end + 16 - bytes)};
  }
  fclose(file);
}

static void stamp(long index) {
  uint16_t id = next_id++;
  questions[index].bytes[0] = id >> 8;
  questions[index].bytes[1] = (uint8_t)id;
  asked_by[id] = (uint32_t)index;
}

static uint64_t mixed(uint64_t hash, uint64_t word) {
  __uint128_t product = (__uint128_t)(hash ^ word) * 0xA0761D6478BD642Full;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Everything that has to be looked at.
static void take(const uint8_t *reply, size_t length) {
  got++;
  struct question *question = &questions[asked_by[reply[0] << 8 | reply[1]]];
  size_t position = question->length - 11;
  if (length < position || !(reply[2] & 0x80) || memcmp(reply + 12, question->bytes + 12, position - 12)) { wrong++; return; }
  uint64_t hash = 0x9E3779B97F4A7C15ull ^ (reply[3] & 15);
  for (int answers = reply[6] << 8 | reply[7]; answers > 0; answers--) {
    while (position < length && reply[position] && reply[position] < 0xC0) position += reply[position] + 1u;
    if (position + 12 > length) { wrong++; return; }
    position += reply[position] ? 2 : 1;
    unsigned type = reply[position] << 8 | reply[position + 1];
    size_t data = reply[position + 8] << 8 | reply[position + 9];
    position += 10;
    if (position + data > length) { wrong++; return; }
    if (type == 16) {
      size_t done = 0;
      uint64_t word;
      for (; done + 8 <= data; done += 8) {
        memcpy(&word, reply + position + done, 8);
        hash = mixed(hash, word);
      }
      word = 0;
      memcpy(&word, reply + position + done, data - done);
      hash = mixed(hash, word);
    }
    position += data;
  }
  if (question->hash != hash) { changed++; question->hash = hash; }
}

static int stalled(double *last, int any) {
  double time = now();
  if (any) *last = time;
  if (time - *last < 1) return 0;
  fprintf(stderr, "floor: %ld answers are lost\n", sent - got);
  return 1;
}

static struct sockaddr_in server(void) {
  return (struct sockaddr_in){
    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void over_udp(int joins) {
  static uint8_t replies[most_batch][room];
  static struct mmsghdr out[most_batch], in[most_batch];
  static struct iovec out_parts[most_batch], in_parts[most_batch];
  int fd = socket(AF_INET, SOCK_DGRAM, 0), size = 4 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
  struct sockaddr_in peer = server();
  if (connect(fd, (struct sockaddr *)&peer, sizeof peer)) { perror("connect"); exit(69); }
  for (int i = 0; i < most_batch; i++) {
    out[i].msg_hdr = (struct msghdr){.msg_iov = &out_parts[i], .msg_iovlen = 1};
    in_parts[i] = (struct iovec){.iov_base = replies[i], .iov_len = room};
    in[i].msg_hdr = (struct msghdr){.msg_iov = &in_parts[i], .msg_iovlen = 1};
  }
  if (joins) qsort(questions, count, sizeof *questions, by_length);
  for (double last = now(); got < count;) {
    while (sent < count && window - (sent - got) >= (batch < count - sent ? batch : count - sent)) {
      int some = count - sent < batch ? (int)(count - sent) : batch;
      for (int i = 0; i < some; i++) {
        stamp(sent + i);
        out_parts[i] = (struct iovec){.iov_base = questions[sent + i].bytes, .iov_len = questions[sent + i].length};
      }
      for (int done = 0; done < some;) {
        int these;
        if (!joins) {
          these = sendmmsg(fd, out + done, some - done, 0);
        } else {
          these = 1;
          while (done + these < some && these < 64 && out_parts[done + these].iov_len == out_parts[done].iov_len) these++;
          union { char bytes[CMSG_SPACE(2)]; struct cmsghdr align; } control;
          struct msghdr message = {.msg_iov = &out_parts[done], .msg_iovlen = these, .msg_control = control.bytes,
                                   .msg_controllen = sizeof control.bytes};
          struct cmsghdr *segment = CMSG_FIRSTHDR(&message);
          segment->cmsg_level = SOL_UDP;
          segment->cmsg_type = UDP_SEGMENT;
          segment->cmsg_len = CMSG_LEN(2);
          uint16_t length = (uint16_t)out_parts[done].iov_len;
          memcpy(CMSG_DATA(segment), &length, 2);
          if (sendmsg(fd, &message, 0) < 0) these = -1;
        }
        if (these < 0) { perror("send"); exit(69); }
        done += these;
      }
      sent += some;
    }
    int any = recvmmsg(fd, in, batch, MSG_DONTWAIT, 0);
    if (any <= 0) {
      struct pollfd wait = {fd, POLLIN, 0};
      poll(&wait, 1, 100);
      any = recvmmsg(fd, in, batch, MSG_DONTWAIT, 0);
    }
    for (int i = 0; i < any; i++) take(replies[i], in[i].msg_len);
    if (stalled(&last, any > 0)) break;
  }
}

static void over_tcp(void) {
  static struct {
    int fd;
    uint8_t in[1 << 18], out[1 << 16];
    size_t filled, length, position;
    long open;
  } lines[most_connections];
  struct sockaddr_in peer = server();
  for (int i = 0; i < connections; i++) {
    int on = 1;
    lines[i].fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(lines[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(lines[i].fd, (struct sockaddr *)&peer, sizeof peer)) { perror("connect"); exit(69); }
    fcntl(lines[i].fd, F_SETFL, O_NONBLOCK);
  }
  for (double last = now(); got < count;) {
    int any = 0;
    for (int i = 0; i < connections; i++) {
      if (lines[i].position == lines[i].length) {
        lines[i].position = lines[i].length = 0;
        int part = window / connections;
        if (part - lines[i].open >= batch || sent + part - lines[i].open >= count)
          while (sent < count && lines[i].open < part && lines[i].length < 60000) {
            stamp(sent);
            uint8_t *to = lines[i].out + lines[i].length;
            to[0] = questions[sent].length >> 8;
            to[1] = (uint8_t)questions[sent].length;
            memcpy(to + 2, questions[sent].bytes, questions[sent].length);
            lines[i].length += 2 + questions[sent++].length;
            lines[i].open++;
          }
      }
      if (lines[i].position < lines[i].length) {
        ssize_t done = send(lines[i].fd, lines[i].out + lines[i].position, lines[i].length - lines[i].position, MSG_NOSIGNAL);
        if (done > 0) lines[i].position += done;
      }
      ssize_t came = recv(lines[i].fd, lines[i].in + lines[i].filled, sizeof lines[i].in - lines[i].filled, 0);
      if (came == 0) { fprintf(stderr, "floor: closed after %ld answers\n", got); exit(69); }
      if (came < 0) continue;
      lines[i].filled += came;
      size_t position = 0;
      while (position + 2 <= lines[i].filled) {
        size_t length = lines[i].in[position] << 8 | lines[i].in[position + 1];
        if (position + 2 + length > lines[i].filled) break;
        take(lines[i].in + position + 2, length);
        position += 2 + length;
        lines[i].open--;
        any++;
      }
      memmove(lines[i].in, lines[i].in + position, lines[i].filled - position);
      lines[i].filled -= position;
    }
    if (!any && got < count) {
      struct pollfd wait[most_connections];
      for (int i = 0; i < connections; i++)
        wait[i] = (struct pollfd){lines[i].fd, POLLIN | (lines[i].position < lines[i].length ? POLLOUT : 0), 0};
      poll(wait, connections, 100);
    }
    if (stalled(&last, any)) break;
  }
}

int main(int argc, char **argv) {
  if (argc < 3) { fprintf(stderr, "usage: floor mmsg|gso|tcp NAMES [-p PORT] [-w WINDOW] [-b BATCH] [-k CONNECTIONS]\n"); return 64; }
  optind = 3;
  for (int option; (option = getopt(argc, argv, "p:w:b:k:")) != -1;) switch (option) {
    case 'p': port = atoi(optarg); break;
    case 'w': window = atoi(optarg); break;
    case 'b': batch = atoi(optarg) < most_batch ? atoi(optarg) : most_batch; break;
    case 'k': connections = atoi(optarg) < most_connections ? atoi(optarg) : most_connections; break;
    default: return 64;
    }
  load(argv[2]);
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  double start = now();
  if (!strcmp(argv[1], "mmsg")) over_udp(0);
  else if (!strcmp(argv[1], "gso")) over_udp(1);
  else if (!strcmp(argv[1], "tcp")) over_tcp();
  else return 64;
  double wall = now() - start;
  getrusage(RUSAGE_SELF, &after);
  double cpu = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) + (after.ru_utime.tv_usec - before.ru_utime.tv_usec) * 1e-6 +
               (after.ru_stime.tv_sec - before.ru_stime.tv_sec) + (after.ru_stime.tv_usec - before.ru_stime.tv_usec) * 1e-6;
  printf("floor-%s qps %.0f cpu-s/M %.2f other %ld\n", argv[1], got / wall, cpu / count * 1e6, wrong + count - got);
}

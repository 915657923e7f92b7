// The names of a file asked by c-ares, so many at a time:
//
//   cares NAMES WINDOW [SERVER:PORT]
#include <ares.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

static long open_questions, found, absent, failed;
static int events;

static void answered(void *argument, int status, int timeouts, unsigned char *bytes, int length) {
  (void)argument, (void)timeouts;
  struct ares_txt_ext *records;
  open_questions--;
  if (status == ARES_ENOTFOUND) {
    absent++;
  } else if (status == ARES_SUCCESS && ares_parse_txt_reply_ext(bytes, length, &records) == ARES_SUCCESS) {
    found++;
    ares_free_data(records);
  } else {
    failed++;
  }
}

static void watch(void *argument, ares_socket_t socket, int reads, int writes) {
  (void)argument;
  struct epoll_event event = {.events = (reads ? EPOLLIN : 0u) | (writes ? EPOLLOUT : 0u), .data.fd = socket};
  if (!reads && !writes) epoll_ctl(events, EPOLL_CTL_DEL, socket, NULL);
  else if (epoll_ctl(events, EPOLL_CTL_MOD, socket, &event)) epoll_ctl(events, EPOLL_CTL_ADD, socket, &event);
}

int main(int argc, char **argv) {
  if (argc < 3) { fprintf(stderr, "usage: cares NAMES WINDOW [SERVER:PORT]\n"); return 64; }
  long window = atol(argv[2]);
  FILE *names = fopen(argv[1], "r");
  if (!names) { perror(argv[1]); return 65; }
  events = epoll_create1(0);
  ares_library_init(ARES_LIB_INIT_ALL);
  char lookups[] = "b";
  struct ares_options options = {
    .timeout = 1000, .tries = 5, .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_STAYOPEN | ARES_FLAG_NOALIASES,
    .sock_state_cb = watch, .socket_receive_buffer_size = 4 << 20, .lookups = lookups};
  ares_channel channel;
  if (ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS | ARES_OPT_SOCK_STATE_CB |
                                              ARES_OPT_SOCK_RCVBUF | ARES_OPT_LOOKUPS)) return 69;
  ares_set_servers_ports_csv(channel, argc > 3 ? argv[3] : "127.0.0.1:5300");
  char line[512];
  struct epoll_event ready[64];
  for (int is_over = 0; !is_over || open_questions;) {
    while (!is_over && open_questions < window) {
      if (!fgets(line, sizeof line, names)) { is_over = 1; break; }
      line[strcspn(line, "\n")] = 0;
      open_questions++;
      ares_query(channel, line, 1, 16, answered, NULL);
    }
    if (!open_questions) continue;
    int count = epoll_wait(events, ready, 64, 100);
    if (count <= 0) ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    for (int i = 0; i < count; i++)
      ares_process_fd(
        channel, ready[i].events & EPOLLIN ? ready[i].data.fd : ARES_SOCKET_BAD,
        ready[i].events & EPOLLOUT ? ready[i].data.fd : ARES_SOCKET_BAD);
  }
  printf("found %ld absent %ld failed %ld\n", found, absent, failed);
}

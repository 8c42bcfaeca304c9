// SPDX-License-Identifier: Apache-2.0
// Names and sockets, on the loopback interface at most.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

static void names(void) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST}, *found;
  CHECK(getaddrinfo("127.0.0.1", "8080", &hints, &found) == 0);
  struct sockaddr_in *address = (struct sockaddr_in *)found->ai_addr;
  CHECK(address->sin_family == AF_INET && ntohs(address->sin_port) == 8080 && ntohl(address->sin_addr.s_addr) == INADDR_LOOPBACK);
  char host[64], service[16];
  CHECK(getnameinfo(found->ai_addr, found->ai_addrlen, host, sizeof host, service, sizeof service, NI_NUMERICHOST | NI_NUMERICSERV) == 0);
  CHECK(strcmp(host, "127.0.0.1") == 0 && strcmp(service, "8080") == 0);
  freeaddrinfo(found);
  CHECK(getaddrinfo("::1", NULL, &hints, &found) == 0 && found->ai_family == AF_INET6);
  freeaddrinfo(found);
  CHECK(getaddrinfo("not a number", NULL, &hints, &found) == EAI_NONAME);
  CHECK(strlen(gai_strerror(EAI_NONAME)) > 0);
  char text[INET6_ADDRSTRLEN];
  struct in6_addr six;
  CHECK(inet_pton(AF_INET6, "2001:db8::1", &six) == 1 && strcmp(inet_ntop(AF_INET6, &six, text, sizeof text), "2001:db8::1") == 0);
}

static void events(void) {
  int ends[2], poll = epoll_create1(EPOLL_CLOEXEC), signal = eventfd(0, EFD_NONBLOCK);
  CHECK(poll >= 0 && signal >= 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = ends[0]}, got;
  CHECK(epoll_ctl(poll, EPOLL_CTL_ADD, ends[0], &event) == 0);
  CHECK(epoll_wait(poll, &got, 1, 0) == 0);
  CHECK(send(ends[1], "ping", 4, 0) == 4);
  CHECK(epoll_wait(poll, &got, 1, 1000) == 1 && got.data.fd == ends[0]);
  char buffer[8];
  CHECK(recv(ends[0], buffer, sizeof buffer, 0) == 4 && memcmp(buffer, "ping", 4) == 0);
  CHECK(eventfd_write(signal, 5) == 0);
  eventfd_t value;
  CHECK(eventfd_read(signal, &value) == 0 && value == 5);
}

int main(void) {
  names();
  events();
  return report();
}

// SPDX-License-Identifier: Apache-2.0

package payload

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// run executes commands, each "verb" or "verb=argument", one after the other; what goes wrong is printed as "verb=argument: error".
func run(commands []string) int {
	for _, command := range commands {
		verb, argument, _ := strings.Cut(command, "=")
		do, ok := verbs[verb]
		if !ok {
			fmt.Println("unknown command", command)
			return 99
		}
		if err := do(argument); err != nil {
			fmt.Printf("%s: %v\n", command, err)
		}
	}
	return 0
}

var verbs = map[string]func(string) error{
	"id": func(string) error {
		_, err := fmt.Printf("uid %d gid %d pid %d\n", os.Getuid(), os.Getgid(), os.Getpid())
		return err
	},
	"status":   status,
	"env":      func(string) error { return lines(os.Environ()) },
	"args":     func(string) error { return lines(os.Args) },
	"cwd":      printed(os.Getwd),
	"hostname": printed(os.Hostname),
	"list":     list,
	"read": func(path string) error {
		data, err := os.ReadFile(path)
		fmt.Printf("%s", data)
		return err
	},
	"write": func(path string) error { return os.WriteFile(path, []byte("x"), 0o600) },
	"stderr": func(text string) error {
		_, err := fmt.Fprintln(os.Stderr, text)
		return err
	},
	"say": func(text string) error {
		_, err := fmt.Println(text)
		return err
	},
	"exit": func(code string) error {
		n, err := strconv.Atoi(code)
		if err == nil {
			os.Exit(n)
		}
		return err
	},
	"dial":     dial,
	"loopback": loopback,
	"serve":    serve,
	"wait": func(string) error {
		time.Sleep(time.Hour) // Longer than any test; an empty select is a deadlock to the Go runtime.
		return nil
	},
	"fork": func(string) error {
		_, err := os.StartProcess("/proc/self/exe", []string{Path, "wait"}, &os.ProcAttr{})
		return err
	},
	"on-term": func(code string) error {
		n, err := strconv.Atoi(code)
		terminated := make(chan os.Signal, 1)
		signal.Notify(terminated, syscall.SIGTERM)
		go func() {
			<-terminated
			fmt.Println("terminated")
			os.Exit(n)
		}()
		return err
	},
	"ignore-term": func(string) error {
		signal.Ignore(syscall.SIGTERM)
		return nil
	},
}

func lines(values []string) error {
	_, err := fmt.Println(strings.Join(values, "\n"))
	return err
}

func printed(get func() (string, error)) func(string) error {
	return func(string) error {
		value, err := get()
		fmt.Println(value)
		return err
	}
}

// status prints the lines of /proc/self/status with the given comma separated keys.
func status(keys string) error {
	data, err := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(line, ":")
		if slices.Contains(strings.Split(keys, ","), key) {
			fmt.Println(key, strings.TrimSpace(value))
		}
	}
	return err
}

func list(dir string) error {
	entries, err := os.ReadDir(dir)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	fmt.Println(strings.Join(names, " "))
	return err
}

func dial(address string) error {
	conn, err := net.Dial("tcp", address)
	if err == nil {
		conn.Close()
	}
	return err
}

// loopback connects to itself.
func loopback(string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	if err := dial(listener.Addr().String()); err != nil {
		return err
	}
	fmt.Println("loopback works")
	return nil
}

// serve answers HTTP requests at an address: GET /json, /echo (method, header X-Echo and body), and 404 for all else. It is written by
// hand since only the tools that need net/http may import it.
func serve(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go respond(conn)
	}
}

func respond(conn net.Conn) {
	defer conn.Close()
	buffer := make([]byte, 64<<10)
	n, _ := conn.Read(buffer)
	head, body, _ := strings.Cut(string(buffer[:n]), "\r\n\r\n")
	fields := strings.Fields(head)
	if len(fields) < 2 {
		return // A probe that only connects.
	}
	code, kind, content := "404 Not Found", "text/plain", "nothing here\n"
	switch fields[1] {
	case "/json":
		code, kind, content = "200 OK", "application/json; charset=utf-8", `{"ok":true,"n":[1,2]}`
	case "/echo":
		echo := ""
		for line := range strings.SplitSeq(head, "\r\n") {
			if value, ok := strings.CutPrefix(line, "X-Echo: "); ok {
				echo = value
			}
		}
		code, content = "201 Created", fmt.Sprintf("%s %s %s", fields[0], echo, body)
	case "/moved":
		code = "302 Found\r\nLocation: /json"
	}
	fmt.Fprintf(conn, "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", code, kind, len(content), content)
}

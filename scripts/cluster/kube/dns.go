package main

import (
	"github.com/coredns/caddy"
	_ "github.com/coredns/coredns/core/dnsserver" // the order of the plugins
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
)

// CoreDNS with the plugins that a cluster without a way out needs: the full program links the clients of three clouds.
func init() {
	caddy.Quiet = true
	commands["coredns"] = coremain.Run
}

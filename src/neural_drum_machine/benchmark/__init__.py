"""How fast the machine is: latency of renders, of the live server, and the arithmetic floor."""

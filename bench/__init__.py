"""What a request costs the server, how much of that is signing, and what it costs others.

`python -m bench` measures, `python -m bench.profile` shows where the time goes.

workloads    what is measured, a function for each line of the table
people       the user, the clients and the login session that the workloads use
lineup       the servers of a run, all up at once
idp_server   `idp serve`, on one of the databases, which rows can fill
databases    SQLite and PostgreSQL, new and in a directory of their own
rows         login sessions, grants and refresh tokens by the million
node_oidc_provider   the peer: its server in JavaScript, and how it is installed and started
server       what these have in common: prepared first, then running as often as need be
process      a process on its core, with its CPU time and memory
connection   HTTP over one kept connection, as cheap as it gets
caller       one connection with the credentials of the clients
load         a workload over many connections at once, for a while
rounds       every workload on all servers in turn, so that they share bad moments
storm        ten times the logins that a server can hash, and what others notice
footprint    memory, and the time of a start
limits       what the machine can sign: OpenSSL alone, and as the server calls it
machine      where this runs, and on which core
report       medians and ratios; markdown writes them for people
profile      a server watched by py-spy; stacks tells whose the time is
"""

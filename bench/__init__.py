"""What a request costs the server, and how much of that is signing: `python -m bench`.

workloads   what is measured, a function for each line of the table
people      the user, the clients and the login session that the workloads use
server      a server of its own in a temporary directory, and the CPU time it has used
connection  HTTP over one kept connection, as cheap as it gets
caller      one connection with the credentials of the clients
load        a workload over many connections at once, for a while
limits      what the machine can sign: OpenSSL alone, and as the server calls it
machine     where this runs, and on which core
report      medians of all rounds, as a table and as JSON
"""

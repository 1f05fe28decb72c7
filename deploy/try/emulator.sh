#!/bin/sh
# The Azure that the data source of emulator.yaml talks to: the fleet of the demo data source, on loopback. Its argument is
# the folder of `lab`, which `make lab` builds.
exec "$1"/lab emulator --port 8088 --clusters 12 --configurations 60 --seed 7

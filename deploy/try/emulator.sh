#!/bin/sh
# Starts the simulated Azure of the data source in emulator.yaml, on the loopback address. It has the same fleet as the
# demo data source. The argument is the folder of `lab`, which `make lab` builds.
exec "$1"/lab emulator --port 8088 --clusters 12 --configurations 60 --seed 7

#!/bin/sh
#SBATCH --job-name=mambamixer
#SBATCH --array=1-8
#SBATCH --cpus-per-task=2
#SBATCH --mem=8G
#SBATCH --time=12:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --output=mambamixer-%A_%a.log
#
# A sweep as a Slurm job array: each task does one part of it and reads which from its environment.
#
#   sbatch docs/cluster/slurm.sh                                      table 5 on ETTh1, five seeds, into ./runs
#   sbatch --array=1-20 docs/cluster/slurm.sh ablations -seeds 3      what `mambamixer sweep` takes
#
# Two minutes before its time is up a task is told to stop, and saves. The same sbatch goes on: what is done is skipped.

if [ $# -eq 0 ]; then
  set -- table5 -only ETTh1 -seeds 5
fi
exec mambamixer sweep "$@"

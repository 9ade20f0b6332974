@echo off
rem Carries out the plan of this bundle (plan.json), step by step, and writes results.jsonl: see README.txt.
rem Stopped and started again, it goes on where it stood.
setlocal
cd /d "%~dp0"
set RESULTS=%~dp0results.jsonl
set PYTHONDONTWRITEBYTECODE=1
set PYTHONNOUSERSITE=1
set PYTHONPATH=
set PYTHONSTARTUP=
@CALLS@
echo All is done: bring back %RESULTS%
exit /b 0

:step
echo step %1 of @STEPS@
set PYTHONHOME=%~dp0%2
set PYTHONHASHSEED=%3
for /l %%n in (1,1,12) do (
  "%~dp0%2\bin\python.exe" run.py %1 <nul && exit /b 0
)
echo step %1 was not done: start this file again to go on
exit /b 1

@echo off
rem Runs Forkwright from a checkout of its sources on Windows: sets up Node packages and the build when they are missing or stale.
setlocal
set "ROOT=%~dp0.."
set "NODE=%ROOT%\node_modules\node\bin\node.exe"
if exist "%NODE%" goto built
where npm >nul 2>nul || goto nonpm
echo forkwright: installing Node packages with npm ci 1>&2
pushd "%ROOT%"
call npm ci --loglevel=error --no-fund --no-audit 1>&2
popd
if exist "%NODE%" goto built
echo error: npm ci did not bring Node 24 ("%NODE%") 1>&2
exit /b 2
:nonpm
echo error: npm is not installed 1>&2
echo  hint: install Node.js 20 or later: winget install OpenJS.NodeJS.LTS 1>&2
exit /b 2
:built
"%NODE%" "%ROOT%\scripts\build-when-stale.ts" 1>&2
if errorlevel 1 exit /b 2
"%NODE%" "%ROOT%\build\forkwright.js" %*
exit /b %errorlevel%

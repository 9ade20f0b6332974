import type { DriverName } from '../targets/drivers.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import { configureMake } from './configure/driver.ts';
import type { Driver } from './driver.ts';
import { msbuild } from './msbuild/driver.ts';
import { pcbuild } from './msvc/driver.ts';

const DRIVERS: Readonly<Record<DriverName, Driver>> = {
  'configure-make': configureMake,
  pcbuild,
  msbuild: msbuild(),
};

export const driverOf = ({ driver }: Pick<TargetDescriptor, 'driver'>): Driver => DRIVERS[driver];

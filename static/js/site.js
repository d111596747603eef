import { startFragments } from "./fragments.js";
import { startKeyboard } from "./keyboard.js";
import { startOpening } from "./opening.js";
import { startMenus } from "./menus.js";
import { startPictures } from "./pictures.js";
import { startPlace } from "./place.js";
import { startSelection } from "./selection.js";
import { startStatus } from "./status.js";
import { startTime } from "./time.js";

startTime();
startStatus();
startFragments();
startPlace();
startPictures();
startMenus();
startOpening();
startSelection();
startKeyboard();
